import { Rational } from "../money/rational.ts";
import { type RoundingMode, roundAs } from "../money/round-as.ts";

/** Sums by key, of which a fraction is rounded: each addition is worth the step it makes. */
export class RunningTotals {
  readonly #totals = new Map<string, { amount: bigint; rounded: bigint }>();
  readonly #mode: RoundingMode;

  constructor(mode: RoundingMode) {
    this.#mode = mode;
  }

  step(key: string, amount: bigint, factor: Rational): bigint {
    const before = this.#totals.get(key) ?? { amount: 0n, rounded: 0n };
    const total = before.amount + amount;
    const rounded = roundAs(this.#mode, Rational.of(total * factor.numerator, factor.denominator));
    this.#totals.set(key, { amount: total, rounded });
    return rounded - before.rounded;
  }

  clear(): void {
    this.#totals.clear();
  }
}
