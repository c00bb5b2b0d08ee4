import { type FaultCode, SupportFault } from "../support-fault.ts";

/** The message with which a step is refused; says so where it is not, or for another reason. */
export function faultOf(code: FaultCode, step: () => unknown): string {
  try {
    step();
  } catch (fault) {
    if (fault instanceof SupportFault) return fault.code === code ? fault.message : `code ${fault.code}`;
    return `no fault of the engine: ${fault}`;
  }
  return "no fault";
}
