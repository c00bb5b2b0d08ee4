import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import { RunningTotals } from "./running-totals.ts";
import { solveInclusive } from "./solve-inclusive.ts";
import { makeSound, type SetLine } from "./sound-taxes.ts";
import { connectedSets, type TaxSet } from "./tax-set.ts";
import type { Taxable, Taxed } from "./taxable.ts";

export type ExtractSettings = Pick<BillingSettings, "taxRounding" | "taxRoundingMode" | "inclusiveRounding">;

/** The taxes inside prices that include them: those of the document first, then each line's step in them. */
export function extractTaxes(lines: readonly Taxable[], settings: ExtractSettings): Taxed[] {
  const taxed = lines.map(({ amount, rates }) => ({
    net: amount,
    taxes: rates.map(() => 0n),
    gross: amount,
  }));
  for (const sets of connectedSets(setsOf(lines, settings.taxRounding === "line"))) {
    for (const [row, taxes] of solveInclusive(sets, settings).entries()) {
      const set = sets[row];
      if (set !== undefined) spread(set, taxes, lines, taxed);
    }
  }
  return taxed.map(({ taxes, gross }) => ({
    net: taxes.reduce((net, tax) => net - tax, gross),
    taxes,
    gross,
  }));
}

function setsOf(lines: readonly Taxable[], isPerLine: boolean): TaxSet[] {
  const sets = new Map<string, { rates: Taxable["rates"]; lines: number[]; gross: bigint }>();
  for (const [place, { amount, rates }] of lines.entries()) {
    const signatures = rates.map(({ signature }) => signature).sort();
    const key = isPerLine ? `${place}` : JSON.stringify(signatures);
    const set = sets.get(key) ?? { rates: isPerLine ? ofLine(rates, place) : rates, lines: [], gross: 0n };
    sets.set(key, set);
    set.lines.push(place);
    set.gross += amount;
  }
  return [...sets.values()];
}

/** The rates of a line that is rounded by itself: it shares them with no other. */
function ofLine(rates: Taxable["rates"], place: number): Taxable["rates"] {
  return rates.map((rate) => ({ ...rate, signature: `${rate.signature}#${place}` }));
}

/**
 * Each line has the step that it makes in the running tax; the largest takes what the whole differs by. Then
 * no line keeps more tax than its price holds.
 */
function spread(
  { rates, lines: places }: TaxSet,
  taxes: readonly bigint[],
  lines: readonly Taxable[],
  taxed: { readonly taxes: bigint[] }[],
): void {
  const whole = rates.reduce((factors, { factor }) => factors.plus(factor), Rational.one);
  const running = new RunningTotals("half-up");
  const left = [...taxes];
  const parts = places.map((place): SetLine => {
    const price = lines[place]?.amount ?? 0n;
    const steps = rates.map(({ signature, factor }) =>
      running.step(signature, price, factor.dividedBy(whole)),
    );
    for (const [index, step] of steps.entries()) left[index] = (left[index] ?? 0n) - step;
    return { price, taxes: steps };
  });
  const largest = parts.reduce((most, part) => (sizeOf(part.price) > sizeOf(most.price) ? part : most));
  for (const [index, rest] of left.entries()) largest.taxes[index] = (largest.taxes[index] ?? 0n) + rest;
  makeSound(parts);
  for (const [row, place] of places.entries()) {
    for (const [index, { signature }] of rates.entries()) {
      const own = placeOfRate(lines[place], signature, index);
      const line = taxed[place];
      if (line !== undefined) line.taxes[own] = parts[row]?.taxes[index] ?? 0n;
    }
  }
}

function sizeOf(price: bigint): bigint {
  return price < 0n ? -price : price;
}

/** Lines of one set may list their rates in different orders. */
function placeOfRate(line: Taxable | undefined, signature: string, index: number): number {
  const place = line?.rates.findIndex((rate) => rate.signature === signature) ?? -1;
  return place < 0 ? index : place;
}
