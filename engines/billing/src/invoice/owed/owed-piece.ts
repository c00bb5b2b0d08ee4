import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { AppliedRate } from "../../tax/rules/applied-rate.ts";
import type { LineComponent } from "../facts/billed-line.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";

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
  /** The date of that tick: discounts are given by it. */
  readonly due: LocalDate;
  /** The service that it is the price of; absent for what is sold once. */
  readonly service?: readonly ServiceSpan[] | undefined;
  /** The end of the cycle that coupons count it to; absent for what is sold once. */
  readonly cycleEnd?: LocalDate | undefined;
  readonly taxDate: LocalDate;
  readonly rates: readonly AppliedRate[];
  /** Minor units before discounts, 0 or more. */
  readonly amount: bigint;
  readonly explanation: string;
  /** The amount that each discount takes off it, in minor units. None until discounts are applied. */
  readonly discounts: readonly { readonly id: string; readonly amount: bigint }[];
}
