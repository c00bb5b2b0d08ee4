import { EngineFault } from "../../base/src/engine-fault.ts";

/** What kind of rule an input broke; stable, so that callers may branch on it. */
export type FaultCode = "CALENDAR_INVALID" | "TARGET_INVALID" | "FACTS_INVALID";

/** An input that the support engine refuses. */
export class SupportFault extends EngineFault<FaultCode> {}
