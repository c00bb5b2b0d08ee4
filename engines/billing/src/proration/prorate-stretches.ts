import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";

/** A part of a period in units of its measure, `to` not included. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * The price of each stretch of one price, in minor units. The running total is rounded, and a stretch
 * costs the step it makes: so stretches sum to the price of their total length rounded once,
 * however they are cut, and stretches that fill the period sum to the price itself.
 * @param rate price of the whole period in minor units
 * @param length of the period in the same unit as the stretches
 */
export function prorateStretches(rate: Rational, stretches: readonly Stretch[], length: number): bigint[] {
  const denominator = rate.denominator * BigInt(length);
  let covered = 0;
  let before = 0n;
  return stretches.map(({ from, to }) => {
    covered += to - from;
    const total = roundHalfUp(Rational.of(rate.numerator * BigInt(covered), denominator));
    const step = total - before;
    before = total;
    return step;
  });
}
