import { Rational } from "../money/rational.ts";
import { type RoundingMode, roundAs } from "../money/round-as.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import { isSound } from "./sound-taxes.ts";
import { type SetTaxes, splitTaxes } from "./split-taxes.ts";
import { exactNet, type TaxSet } from "./tax-set.ts";

/**
 * How many combinations of nets are tried: more than four sets that share taxes are rare. Of sets beyond it only the
 * nearest net is tried.
 */
const mostCombinations = 4096;

/**
 * The taxes inside the prices of sets that share taxes. An answer is exact when each tax is its rate on the
 * sum of its nets, rounded once, and net and taxes sum to the prices. It is found where it exists. Where
 * none does, the difference stays in the net or in a tax, as the tenant has it.
 */
export function solveInclusive(
  sets: readonly TaxSet[],
  settings: Pick<BillingSettings, "taxRoundingMode" | "inclusiveRounding">,
): SetTaxes {
  return exactTaxes(sets, settings.taxRoundingMode) ?? nearTaxes(sets, settings);
}

function exactTaxes(sets: readonly TaxSet[], mode: RoundingMode): SetTaxes | undefined {
  const gross = sets.reduce((sum, set) => sum + set.gross, 0n);
  for (const nets of combinations(sets.map(candidates))) {
    const taxes = taxesOn(sets, nets, mode);
    const sum = [...taxes.values(), ...nets].reduce((all, part) => all + part, 0n);
    const split = sum === gross ? splitTaxes(sets, nets, taxes) : undefined;
    if (split !== undefined) return split;
  }
  return undefined;
}

/** Each tax as its rate has it on the sum of the nets that it is on. */
function taxesOn(sets: readonly TaxSet[], nets: readonly bigint[], mode: RoundingMode): Map<string, bigint> {
  const exact = new Map<string, Rational>();
  for (const [row, { rates }] of sets.entries()) {
    for (const { signature, factor } of rates) {
      const part = factor.times(Rational.of(nets[row] ?? 0n));
      exact.set(signature, (exact.get(signature) ?? Rational.zero).plus(part));
    }
  }
  return new Map([...exact].map(([signature, tax]) => [signature, roundAs(mode, tax)]));
}

/** Whole nets around the exact one, the nearest first: as far off as all taxes may be rounded together. */
function candidates(set: TaxSet): bigint[] {
  const middle = roundHalfUp(exactNet(set));
  const nets = [middle];
  for (let step = 1n; step <= BigInt(set.rates.length); step += 1n) nets.push(middle - step, middle + step);
  return nets;
}

/** One of each list in all ways, those near the beginnings first. */
function combinations(lists: readonly (readonly bigint[])[]): bigint[][] {
  let all: { readonly nets: bigint[]; readonly rank: number }[] = [{ nets: [], rank: 0 }];
  for (const list of lists) {
    const usable = all.length * list.length > mostCombinations ? list.slice(0, 1) : list;
    all = all.flatMap(({ nets, rank }) =>
      usable.map((net, index) => ({ nets: [...nets, net], rank: rank + index })),
    );
  }
  return all.sort((one, other) => one.rank - other.rank).map(({ nets }) => nets);
}

/** Taxes are rounded down where the tenant's direction would take more tax than a price holds. */
function nearTaxes(
  sets: readonly TaxSet[],
  { taxRoundingMode, inclusiveRounding }: Pick<BillingSettings, "taxRoundingMode" | "inclusiveRounding">,
): SetTaxes {
  if (inclusiveRounding === "tax") return byNet(sets);
  const taxes = eachByItself(sets, taxRoundingMode);
  return sets.every(({ gross }, row) => isSound(gross, taxes[row] ?? []))
    ? taxes
    : eachByItself(sets, "down");
}

/** Each tax rounded by itself; the net takes the difference. */
function eachByItself(sets: readonly TaxSet[], mode: RoundingMode): bigint[][] {
  const parts = roundedDown(sets);
  const signatures = new Set(sets.flatMap(({ rates }) => rates.map(({ signature }) => signature)));
  for (const signature of signatures) {
    const cells = sets.flatMap((set, row) =>
      set.rates.flatMap((rate, place) =>
        rate.signature === signature ? [{ row, place, tax: exactNet(set).times(rate.factor) }] : [],
      ),
    );
    const whole = roundAs(
      mode,
      cells.reduce((sum, { tax }) => sum.plus(tax), Rational.zero),
    );
    raiseLargest(whole, cells, parts);
  }
  return parts;
}

/** The net rounded by itself; the taxes with the largest remainders take the difference. */
function byNet(sets: readonly TaxSet[]): bigint[][] {
  const parts = roundedDown(sets);
  for (const [row, set] of sets.entries()) {
    const cells = set.rates.map(({ factor }, place) => ({ row, place, tax: exactNet(set).times(factor) }));
    raiseLargest(set.gross - roundHalfUp(exactNet(set)), cells, parts);
  }
  return parts;
}

function roundedDown(sets: readonly TaxSet[]): bigint[][] {
  return sets.map((set) => set.rates.map(({ factor }) => exactNet(set).times(factor).floor()));
}

/** Raises parts by one each until they sum to a whole, the largest remainders first. */
function raiseLargest(
  whole: bigint,
  cells: readonly { readonly row: number; readonly place: number; readonly tax: Rational }[],
  parts: bigint[][],
): void {
  let left = cells.reduce((rest, { tax }) => rest - tax.floor(), whole);
  const remainder = (tax: Rational) => tax.minus(Rational.of(tax.floor()));
  for (const { row, place } of [...cells].sort((one, other) =>
    remainder(other.tax).compare(remainder(one.tax)),
  )) {
    const taxes = parts[row];
    if (left <= 0n || taxes === undefined) return;
    taxes[place] = (taxes[place] ?? 0n) + 1n;
    left -= 1n;
  }
}
