import { EngineFault } from "../../base/src/engine-fault.ts";

/** The kind of rule that an input broke. Stable, so that callers may branch on it. */
export type FaultCode =
  | "CURRENCY_UNKNOWN"
  | "CURRENCY_MIXED"
  | "AMOUNT_INVALID"
  | "PERIOD_INVALID"
  | "CYCLE_INVALID"
  | "ALLOCATION_INVALID"
  | "PRORATION_INVALID"
  | "CREDIT_EXCEEDS_LINE"
  | "DISCOUNT_INVALID"
  | "TAX_INVALID"
  | "USAGE_INVALID"
  | "FACTS_INVALID";

/** An input that the billing engine refuses. */
export class BillingFault extends EngineFault<FaultCode> {}
