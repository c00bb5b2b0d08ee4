import { NetworkFault } from "../../network-fault.ts";

/** What a step is refused with: code and message; empty where it is not. */
export function refusalOf(step: () => unknown): string {
  try {
    step();
  } catch (fault) {
    if (fault instanceof NetworkFault) return `${fault.code}: ${fault.message}`;
    throw fault;
  }
  return "";
}
