import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import type { AppliedRate } from "./applied-rate.ts";

/** What a line is taxed on: minor units net of discounts, with or without tax as the prices are. */
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

/**
 * Taxes the lines of one document. Rounded per document, the tax of a rate is that of the sum of
 * its lines rounded once (EN 16931, BR-CO-17), and a line shows the step it makes in the rounded
 * running total; rounded per line, each line is rounded by itself.
 */
export function computeTax(
  lines: readonly Taxable[],
  settings: Pick<BillingSettings, "taxRounding" | "prices">,
): Taxed[] {
  const running = new RunningTotals();
  const perLine = settings.taxRounding === "line";
  return lines.map((line) => {
    if (perLine) running.clear();
    return settings.prices === "exclusive" ? addTax(line, running) : extractTax(line, running);
  });
}

function addTax({ amount, rates }: Taxable, running: RunningTotals): Taxed {
  const taxes = rates.map(({ signature, factor }) => running.step(signature, amount, factor));
  return { net: amount, taxes, gross: sum(taxes, amount) };
}

/** The taxes inside a price: each one's part of the price, cut from the running sum of the parts. */
function extractTax({ amount, rates }: Taxable, running: RunningTotals): Taxed {
  const whole = rates.reduce((factors, { factor }) => factors.plus(factor), Rational.one);
  const together = rates.map(({ signature }) => signature).join("|");
  let factors = Rational.zero;
  let stepBefore = 0n;
  const taxes = rates.map(({ factor }, index) => {
    factors = factors.plus(factor);
    const step = running.step(`${together}#${index}`, amount, factors.dividedBy(whole));
    const tax = step - stepBefore;
    stepBefore = step;
    return tax;
  });
  return { net: amount - stepBefore, taxes, gross: amount };
}

/** Sums by key, of which a fraction is rounded: each addition is worth the step it makes. */
class RunningTotals {
  readonly #totals = new Map<string, { amount: bigint; rounded: bigint }>();

  step(key: string, amount: bigint, factor: Rational): bigint {
    const before = this.#totals.get(key) ?? { amount: 0n, rounded: 0n };
    const total = before.amount + amount;
    const rounded = roundHalfUp(Rational.of(total * factor.numerator, factor.denominator));
    this.#totals.set(key, { amount: total, rounded });
    return rounded - before.rounded;
  }

  clear(): void {
    this.#totals.clear();
  }
}

function sum(parts: readonly bigint[], start: bigint): bigint {
  return parts.reduce((total, part) => total + part, start);
}
