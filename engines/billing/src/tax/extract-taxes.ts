import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import { RunningTotals } from "./running-totals.ts";
import { solveInclusive } from "./solve-inclusive.ts";
import { connectedSets, type TaxSet } from "./tax-set.ts";
import type { Taxable, Taxed } from "./taxable.ts";

type Settings = Pick<BillingSettings, "taxRounding" | "taxRoundingMode" | "inclusiveRounding">;

/** The taxes inside prices that include them: those of the document first, then each line's step in them. */
export function extractTaxes(lines: readonly Taxable[], settings: Settings): Taxed[] {
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
    if (rates.length === 0) continue;
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

/** Each line has the step that it makes in the running tax; the largest takes what the whole differs by. */
function spread(
  { rates, lines: places }: TaxSet,
  taxes: readonly bigint[],
  lines: readonly Taxable[],
  taxed: { readonly taxes: bigint[] }[],
): void {
  const whole = rates.reduce((factors, { factor }) => factors.plus(factor), Rational.one);
  const running = new RunningTotals("half-up");
  const left = [...taxes];
  const largest = places.reduce((most, place) => (sizeOf(lines[place]) > sizeOf(lines[most]) ? place : most));
  for (const place of places) {
    for (const [index, { signature, factor }] of rates.entries()) {
      const step = running.step(signature, lines[place]?.amount ?? 0n, factor.dividedBy(whole));
      add(taxed[place], placeOfRate(lines[place], signature, index), step);
      left[index] = (left[index] ?? 0n) - step;
    }
  }
  for (const [index, { signature }] of rates.entries()) {
    add(taxed[largest], placeOfRate(lines[largest], signature, index), left[index] ?? 0n);
  }
}

function sizeOf(line: Taxable | undefined): bigint {
  const amount = line?.amount ?? 0n;
  return amount < 0n ? -amount : amount;
}

/** Lines of one set may list their rates in different orders. */
function placeOfRate(line: Taxable | undefined, signature: string, index: number): number {
  const place = line?.rates.findIndex((rate) => rate.signature === signature) ?? -1;
  return place < 0 ? index : place;
}

function add(taxed: { readonly taxes: bigint[] } | undefined, place: number, tax: bigint): void {
  if (taxed !== undefined) taxed.taxes[place] = (taxed.taxes[place] ?? 0n) + tax;
}
