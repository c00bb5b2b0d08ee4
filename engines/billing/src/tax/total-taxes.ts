/** A line of a document, in minor units, with its taxes. */
export interface TaxedLine {
  readonly net: bigint;
  readonly taxes: readonly {
    readonly code: string;
    readonly rate: string;
    readonly amount: bigint;
    readonly compound: boolean;
  }[];
}

/** The tax of one code and rate over a document, in minor units. */
export interface TaxSum {
  readonly code: string;
  readonly rate: string;
  /** The sum that the rate is on: nets, and for a compound tax the ordinary taxes too. */
  base: bigint;
  amount: bigint;
}

/** The taxes of a document by code and rate, in the order in which its lines have them. */
export function totalTaxes(lines: readonly TaxedLine[]): TaxSum[] {
  const sums = new Map<string, TaxSum>();
  for (const { net, taxes } of lines) {
    const withOrdinary = taxes.reduce((sum, tax) => (tax.compound ? sum : sum + tax.amount), net);
    for (const { code, rate, amount, compound } of taxes) {
      const key = `${code}@${rate}`;
      const sum = sums.get(key) ?? { code, rate, base: 0n, amount: 0n };
      sums.set(key, sum);
      sum.base += compound ? withOrdinary : net;
      sum.amount += amount;
    }
  }
  return [...sums.values()];
}
