import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Money } from "../../money/money.ts";
import type { BilledLine } from "../facts/billed-line.ts";
import type { Unbilled } from "../owed/unbilled.ts";

/** A line that is owed and not yet billed. */
export interface InvoiceLine extends BilledLine {
  /** An adjustment corrects what earlier lines with the same key billed. */
  readonly kind: "charge" | "adjustment";
  /** When it became due. */
  readonly due: LocalDate;
  /** The calculation, so that it can be repeated by hand. */
  readonly explanation: string;
}

/** The tax of one rate over all lines, or what is exempt from it for one reason. */
export interface TaxTotal {
  readonly code: string;
  readonly rate: string;
  /** The sum that the rate is on: nets, and for a compound tax the ordinary taxes too. */
  readonly base: Money;
  readonly amount: Money;
  readonly exemption?: string | undefined;
}

/** Lines in a stable order with their sums; no lines when nothing new is owed. */
export interface Invoice {
  readonly lines: readonly InvoiceLine[];
  readonly taxes: readonly TaxTotal[];
  readonly discount: Money;
  readonly net: Money;
  readonly tax: Money;
  readonly gross: Money;
  readonly unbilled: readonly Unbilled[];
}
