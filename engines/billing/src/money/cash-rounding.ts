import type { Money } from "./money.ts";
import { Rational } from "./rational.ts";
import { roundHalfUp } from "./round-half-up.ts";

/** A sum as it is paid in coins, and what that adds to it (EN 16931, BT-114 and BT-115). */
export interface CashSum {
  readonly rounding: Money;
  readonly payable: Money;
}

/**
 * Rounds a sum to the smallest coin, half up: 5 centimes in Switzerland, 50 öre in Denmark. Taxes and lines
 * stay as they are.
 * @param step the smallest coin, above 0
 */
export function roundToCash(sum: Money, step: Money): CashSum {
  const coins = roundHalfUp(Rational.of(sum.minor, step.minor));
  const payable = sum.withMinor(coins * step.minor);
  return { rounding: payable.minus(sum), payable };
}
