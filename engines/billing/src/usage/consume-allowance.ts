import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";

/** One billing period of a metric, or the part of it under one plan, as far as allowances matter. */
export interface AllowancePeriod {
  /** The place of the period in the row of periods; parts of one period share it. */
  readonly index: number;
  readonly included: Rational;
  /** For how many further periods unused included units live on. */
  readonly rolloverPeriods: number;
  readonly used: Rational;
  /** Paid extra units that arrive in this period; they stay until they are used. */
  readonly toppedUp: Rational;
}

/** Where the units of a period came from. */
export interface AllowanceUse {
  readonly fromRollover: Rational;
  readonly fromIncluded: Rational;
  readonly fromTopUp: Rational;
  /** The quantity that no allowance covers. It is rated. */
  readonly billable: Rational;
}

interface Lot {
  left: Rational;
  /** Index of the period that it was included in. */
  readonly period: number;
  /** Index of the last period in which it may be used. */
  readonly lastPeriod: number;
}

/**
 * Walks the periods in order and covers what was used: by units carried over and the period's own
 * (in the tenant's order, older before newer), then by top-ups. Units of a part of a period are carried over when the
 * period ends, not to its next part.
 */
export function consumeAllowance(
  periods: readonly AllowancePeriod[],
  order: BillingSettings["allowanceOrder"],
): AllowanceUse[] {
  let lots: Lot[] = [];
  let topUps = Rational.zero;
  return periods.map(({ index, included, rolloverPeriods, used, toppedUp }) => {
    const alive = lots.filter(({ left, lastPeriod }) => lastPeriod >= index && !left.isZero());
    const carried = alive.filter(({ period }) => period < index);
    const own: Lot = { left: included, period: index, lastPeriod: index + rolloverPeriods };
    const covered = coverBy(order === "rollover-first" ? [...carried, own] : [own, ...carried], own, used);
    topUps = topUps.plus(toppedUp);
    const fromTopUp = smaller(covered.uncovered, topUps);
    topUps = topUps.minus(fromTopUp);
    lots = rolloverPeriods > 0 ? [...alive, own] : alive;
    return { ...covered.use, fromTopUp, billable: covered.uncovered.minus(fromTopUp) };
  });
}

function coverBy(lots: readonly Lot[], own: Lot, used: Rational) {
  let uncovered = used;
  let fromRollover = Rational.zero;
  let fromIncluded = Rational.zero;
  for (const lot of lots) {
    const taken = smaller(uncovered, lot.left);
    lot.left = lot.left.minus(taken);
    uncovered = uncovered.minus(taken);
    if (lot === own) fromIncluded = fromIncluded.plus(taken);
    else fromRollover = fromRollover.plus(taken);
  }
  return { uncovered, use: { fromRollover, fromIncluded } };
}

function smaller(one: Rational, other: Rational): Rational {
  return one.compare(other) <= 0 ? one : other;
}
