import { BillingFault } from "../billing-fault.ts";
import { Rational } from "./rational.ts";

/**
 * Splits whole units by weights into parts that sum to them: each part is cut down to a whole
 * unit, then the units left go one each to the largest remainders, the earlier part first
 * (Hamilton's method of largest remainder). A negative number is split as its mirror image.
 * @throws BillingFault ALLOCATION_INVALID without a positive weight or with a negative one.
 */
export function allocateUnits(units: bigint, weights: readonly Rational[]): bigint[] {
  const sum = totalWeight(weights);
  const magnitude = Rational.of(units < 0n ? -units : units);
  const shares = weights.map((weight, index) => {
    const exact = magnitude.times(weight).dividedBy(sum);
    const whole = exact.floor();
    return { index, whole, remainder: exact.minus(Rational.of(whole)) };
  });
  let left = magnitude.numerator - shares.reduce((total, { whole }) => total + whole, 0n);
  const byRemainder = [...shares].sort(
    (one, other) => other.remainder.compare(one.remainder) || one.index - other.index,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.whole += 1n;
    left -= 1n;
  }
  return shares.map(({ whole }) => (units < 0n ? -whole : whole));
}

function totalWeight(weights: readonly Rational[]): Rational {
  let sum = Rational.zero;
  for (const [index, weight] of weights.entries()) {
    if (weight.isNegative()) {
      throw new BillingFault(
        "ALLOCATION_INVALID",
        `expected weights of 0 or more; found a negative one at position ${index}: write how large each part is`,
        [index],
      );
    }
    sum = sum.plus(weight);
  }
  if (sum.isZero()) {
    throw new BillingFault(
      "ALLOCATION_INVALID",
      `expected at least one weight above 0; found ${weights.length === 0 ? "none" : "only zeros"}: write how large each part is, one of them above 0`,
    );
  }
  return sum;
}
