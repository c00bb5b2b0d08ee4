import type { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import type { Measure } from "./measure.ts";
import { proratePrice } from "./prorate-price.ts";

/** The two prices of a period, in minor units, and the ticks. */
export interface PriceChange {
  readonly oldRate: Rational;
  readonly newRate: Rational;
  /** The first tick of the new price. One outside of the period counts as its nearer end. */
  readonly at: number;
  readonly period: { readonly from: number; readonly to: number };
}

/** A change of price within a period that was billed in full, in minor units. */
export interface ChangedPrice {
  /** Measure units under the old price, and under the new one. */
  readonly oldPart: number;
  readonly newPart: number;
  readonly billed: bigint;
  readonly oldOwed: bigint;
  readonly newOwed: bigint;
  /** The credit for the old price: 0 or less. */
  readonly credit: bigint;
  readonly charge: bigint;
  readonly difference: bigint;
}

/**
 * The price of a change: the unused part of the old price is credited, the rest of the period is
 * charged at the new one. Without proration the old price stands until the period ends.
 */
export function changePrice(
  { oldRate, newRate, at, period }: PriceChange,
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
