/** What kind of rule an input broke; stable, so that callers may branch on it. */
export type FaultCode =
  | "CURRENCY_UNKNOWN"
  | "CURRENCY_MIXED"
  | "AMOUNT_INVALID"
  | "DATE_INVALID"
  | "PERIOD_INVALID"
  | "CYCLE_INVALID"
  | "ALLOCATION_INVALID"
  | "PRORATION_INVALID"
  | "CREDIT_EXCEEDS_LINE"
  | "DISCOUNT_INVALID"
  | "TAX_INVALID"
  | "USAGE_INVALID"
  | "FACTS_INVALID";

/** An input that the engine refuses: the message says what was expected, what was found and what to write instead. */
export class BillingFault extends Error {
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string) {
    super(message);
    this.name = "BillingFault";
    this.code = code;
  }
}
