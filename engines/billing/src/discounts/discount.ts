import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Money } from "../money/money.ts";
import type { Rational } from "../money/rational.ts";

/** How much a discount takes off. */
export type DiscountValue =
  | { readonly kind: "amount"; readonly amount: Money }
  /** As a fraction: 0.1 for 10 %; at most 1. */
  | { readonly kind: "percentage"; readonly rate: Rational };

/** A coupon or agreed discount of a customer. Discounts stack in the order of their list. */
export interface Discount {
  readonly id: string;
  readonly value: DiscountValue;
  /** The first billing date on which it applies. */
  readonly from: LocalDate;
  /** The first billing date on which it no longer applies. */
  readonly until?: LocalDate | undefined;
  /** For how many cycles of each subscription it applies: 1 is once, none is without end. */
  readonly cycles?: number | undefined;
  /** The only subscription that it applies to; without one, everything the customer buys. */
  readonly subscription?: string | undefined;
}
