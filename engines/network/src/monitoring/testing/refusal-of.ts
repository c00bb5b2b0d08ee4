import { NetworkFault } from "../../network-fault.ts";

/** The code and message of a step's refusal; empty if the step succeeds. */
export function refusalOf(step: () => unknown): string {
  try {
    step();
  } catch (fault) {
    if (fault instanceof NetworkFault) return `${fault.code}: ${fault.message}`;
    throw fault;
  }
  return "";
}
