import { Rational } from "../money/rational.ts";
import type { AppliedRate } from "./rules/applied-rate.ts";

/** Lines of a document that have the same taxes, and prices that include them. */
export interface TaxSet {
  readonly rates: readonly AppliedRate[];
  /** Places of the lines in the document. */
  readonly lines: readonly number[];
  /** Sum of the prices, in minor units. */
  readonly gross: bigint;
}

/** A price without its taxes, exactly. */
export function exactNet({ gross, rates }: TaxSet): Rational {
  const whole = rates.reduce((factors, { factor }) => factors.plus(factor), Rational.one);
  return Rational.of(gross).dividedBy(whole);
}

/** Sets that share a tax, directly or through others, have to be rounded together. */
export function connectedSets(sets: readonly TaxSet[]): TaxSet[][] {
  const groups: { readonly signatures: Set<string>; readonly sets: TaxSet[] }[] = [];
  for (const set of sets) {
    const own = set.rates.map(({ signature }) => signature);
    const touched = groups.filter(({ signatures }) => own.some((one) => signatures.has(one)));
    const merged = {
      signatures: new Set([...own, ...touched.flatMap(({ signatures }) => [...signatures])]),
      sets: [...touched.flatMap((group) => group.sets), set],
    };
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map((group) => group.sets);
}
