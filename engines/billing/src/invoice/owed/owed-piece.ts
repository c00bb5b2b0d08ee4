import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { AppliedRate } from "../../tax/applied-rate.ts";
import type { LineComponent } from "../facts/billed-line.ts";

/** Something that the facts make the customer owe, billed or not. */
export interface OwedPiece {
  readonly key: string;
  readonly component: LineComponent;
  readonly subscription?: string | undefined;
  readonly description: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** The first tick at which it may be billed. */
  readonly dueTick: number;
  readonly due: LocalDate;
  /** The billing date of the whole period: discounts are given by it. */
  readonly billingDate: LocalDate;
  /** The plan that it is a part of the price of; absent for what is sold once. */
  readonly plan?: string | undefined;
  /** The end of the cycle that coupons count it to; absent for what is sold once. */
  readonly cycleEnd?: LocalDate | undefined;
  readonly taxDate: LocalDate;
  readonly rates: readonly AppliedRate[];
  /** Minor units before discounts, 0 or more. */
  readonly amount: bigint;
  readonly explanation: string;
  /** What each discount takes off it, in minor units; none until discounts are applied. */
  readonly discounts: readonly { readonly id: string; readonly amount: bigint }[];
}
