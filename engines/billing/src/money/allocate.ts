import { allocateUnits } from "./allocate-units.ts";
import { Money } from "./money.ts";
import type { Rational } from "./rational.ts";

/**
 * Splits an amount by weights into parts that sum to it, by largest remainder.
 * @throws BillingFault ALLOCATION_INVALID without a positive weight or with a negative one.
 */
export function allocate(total: Money, weights: readonly Rational[]): Money[] {
  return allocateUnits(total.minor, weights).map((units) => Money.of(units, total.currency));
}
