import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Money } from "../../money/money.ts";

export type LineComponent = "recurring" | "usage" | "minimum" | "top-up" | "one-off";

/** A part of a line's price that a discount took off; negative where an adjustment gives it back. */
export interface LineDiscount {
  readonly id: string;
  readonly amount: Money;
}

/** A tax on a line; `rate` is a percentage such as `20`. */
export interface LineTax {
  readonly code: string;
  readonly rate: string;
  readonly amount: Money;
  /** Why the customer does not pay it; an invoice has to name the reason. */
  readonly exemption?: string | undefined;
}

/** The parts of a billed line that later runs need. */
export interface BilledLine {
  readonly id: string;
  /** The identity of the billed item. Lines with the same key bill the same item and add up. */
  readonly key: string;
  readonly component: LineComponent;
  readonly subscription?: string | undefined;
  readonly description: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** Where it is about several stretches of dates: each of them, from `from` to `to`. */
  readonly stretches?: readonly { readonly from: LocalDate; readonly to: LocalDate }[] | undefined;
  /** The date whose tax rates it carries. */
  readonly taxDate: LocalDate;
  /** Before discounts. */
  readonly amount: Money;
  readonly discounts: readonly LineDiscount[];
  /**
   * The sum that credit notes gave before of lines in whose place this one is: taken off the price, after discounts. Negative on a
   * line whose credit notes another one bears from now on.
   */
  readonly carriedCredit?: Money | undefined;
  readonly net: Money;
  readonly taxes: readonly LineTax[];
  readonly gross: Money;
}

/** The part of a billed line that a credit note returned. Amounts are positive. */
export interface CreditedLine {
  readonly line: string;
  readonly net: Money;
  readonly taxes: readonly { readonly code: string; readonly amount: Money }[];
}
