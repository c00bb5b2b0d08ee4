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
}

/** What later runs must know of a line that was billed. */
export interface BilledLine {
  readonly id: string;
  /** What the line pays for. Lines with the same key are about the same thing and add up. */
  readonly key: string;
  readonly component: LineComponent;
  readonly subscription?: string | undefined;
  readonly description: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** The date whose tax rates it carries. */
  readonly taxDate: LocalDate;
  /** Before discounts. */
  readonly amount: Money;
  readonly discounts: readonly LineDiscount[];
  readonly net: Money;
  readonly taxes: readonly LineTax[];
  readonly gross: Money;
}

/** What a credit note took back of a billed line; amounts are positive. */
export interface CreditedLine {
  readonly line: string;
  readonly net: Money;
  readonly taxes: readonly { readonly code: string; readonly amount: Money }[];
}
