import type { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import type { Measure } from "./measure.ts";
import { proratePrice } from "./prorate-price.ts";

/** A change of price within a period that was billed in full, in minor units. */
export interface ChangedPrice {
  /** Measure units under the old price, and under the new one. */
  readonly oldPart: number;
  readonly newPart: number;
  readonly billed: bigint;
  readonly oldOwed: bigint;
  readonly newOwed: bigint;
  /** What is given back of the old price: 0 or less. */
  readonly credit: bigint;
  readonly charge: bigint;
  readonly difference: bigint;
}

/**
 * What a change costs: the unused part of the old price comes back, the rest of the period is
 * charged at the new one. Without proration the old price stands until the period ends.
 * @param at the first tick of the new price; one outside of the period counts as its nearer end
 */
export function changePrice(
  oldRate: Rational,
  newRate: Rational,
  at: number,
  period: { readonly from: number; readonly to: number },
  measure: Measure,
  mode: BillingSettings["prorationMode"],
): ChangedPrice {
  const cut = Math.min(Math.max(at, period.from), period.to);
  const isProrated = (mode !== "none" && mode !== "full") || cut === period.from;
  const boundary = isProrated ? cut : period.to;
  const owed = (rate: Rational, from: number, to: number) =>
    proratePrice(rate, from < to ? [{ from, to }] : [], measure, isProrated ? "actual-days" : mode)[0]
      ?.amount ?? 0n;
  const billed = owed(oldRate, period.from, period.to);
  const oldOwed = owed(oldRate, period.from, boundary);
  const newOwed = owed(newRate, boundary, period.to);
  const oldPart = measure.position(boundary);
  return {
    oldPart,
    newPart: measure.length - oldPart,
    billed,
    oldOwed,
    newOwed,
    credit: oldOwed - billed,
    charge: newOwed,
    difference: oldOwed - billed + newOwed,
  };
}
