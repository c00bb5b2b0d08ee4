import type { Price } from "../money/price.ts";
import type { Rational } from "../money/rational.ts";

/** One step of a tiered price; the last one has no upper bound. */
export interface Tier {
  /** The last quantity that belongs to the tier. */
  readonly upTo?: Rational | undefined;
  readonly unitPrice: Price;
  /** Added once as soon as a quantity reaches the tier. */
  readonly fee?: Price | undefined;
}

/** How a used quantity becomes money. */
export type PriceModel =
  | { readonly kind: "flat"; readonly unitPrice: Price }
  /** Each part of the quantity at the price of the tier it falls in. */
  | { readonly kind: "graduated"; readonly tiers: readonly Tier[] }
  /** All of the quantity at the price of the tier that the whole reaches. */
  | { readonly kind: "volume"; readonly tiers: readonly Tier[] }
  /** A begun package costs as a full one. */
  | { readonly kind: "package"; readonly size: Rational; readonly price: Price }
  | PercentageModel;

/** A share of the amounts that events carry, with an optional fee for each event. */
export interface PercentageModel {
  readonly kind: "percentage";
  /** As a fraction: 0.012 for 1.2 %. */
  readonly rate: Rational;
  readonly feePerEvent?: Price | undefined;
  /** An event is free while it is among the first so many and the amounts together stay within `freeAmount`. */
  readonly freeEvents?: number | undefined;
  /** In major units. */
  readonly freeAmount?: Rational | undefined;
}
