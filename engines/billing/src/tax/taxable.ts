import type { AppliedRate } from "./rules/applied-rate.ts";

/** The tax base of a line: minor units net of discounts, with or without tax as the prices are. */
export interface Taxable {
  readonly amount: bigint;
  readonly rates: readonly AppliedRate[];
}

/** One line taxed: `net` and the taxes, in the order of its rates, sum to `gross`. Minor units. */
export interface Taxed {
  readonly net: bigint;
  readonly taxes: readonly bigint[];
  readonly gross: bigint;
}
