import type { Rational } from "./rational.ts";

/**
 * The one place where money is rounded: to the nearest whole unit, a half away from zero
 * (HALF_UP as in `java.math.RoundingMode`, commercial rounding), so that a credit of a charge
 * rounds to the charge's mirror image.
 */
export function roundHalfUp(value: Rational): bigint {
  const { numerator, denominator } = value;
  if (denominator === 1n) return numerator;
  const doubled = 2n * (numerator < 0n ? -numerator : numerator) + denominator;
  const magnitude = doubled / (2n * denominator);
  return numerator < 0n ? -magnitude : magnitude;
}
