import { type FaultCode, SupportFault } from "../support-fault.ts";

/** The message of a step's refusal, or a text that says that it succeeded or failed with another code. */
export function faultOf(code: FaultCode, step: () => unknown): string {
  try {
    step();
  } catch (fault) {
    if (fault instanceof SupportFault) return fault.code === code ? fault.message : `code ${fault.code}`;
    return `no fault of the engine: ${fault}`;
  }
  return "no fault";
}
