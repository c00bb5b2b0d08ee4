import { EngineFault } from "../../base/src/engine-fault.ts";

/** The broken rule of an input. Codes are stable, so that callers may branch on them. */
export type FaultCode = "CALENDAR_INVALID" | "TARGET_INVALID" | "FACTS_INVALID";

/** An input that the support engine refuses. */
export class SupportFault extends EngineFault<FaultCode> {}
