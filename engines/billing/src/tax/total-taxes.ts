/** A line of a document, in minor units, with its taxes. */
export interface TaxedLine {
  readonly net: bigint;
  readonly taxes: readonly {
    readonly code: string;
    readonly rate: string;
    readonly amount: bigint;
    readonly compound: boolean;
    readonly exemption?: string | undefined;
  }[];
}

/** The tax of one code and rate over a document, or what is exempt from it for one reason, in minor units. */
export interface TaxSum {
  readonly code: string;
  readonly rate: string;
  /** The sum that the rate is on: nets, and for a compound tax the ordinary taxes too. */
  base: bigint;
  amount: bigint;
  readonly exemption?: string | undefined;
}

/** The taxes of a document by code, rate and reason of an exemption, in the order in which its lines have them. */
export function totalTaxes(lines: readonly TaxedLine[]): TaxSum[] {
  const sums = new Map<string, TaxSum>();
  for (const { net, taxes } of lines) {
    const withOrdinary = taxes.reduce((sum, tax) => (tax.compound ? sum : sum + tax.amount), net);
    for (const { code, rate, amount, compound, exemption } of taxes) {
      const key = JSON.stringify([code, rate, exemption]);
      const sum = sums.get(key) ?? { code, rate, base: 0n, amount: 0n, exemption };
      sums.set(key, sum);
      sum.base += compound ? withOrdinary : net;
      sum.amount += amount;
    }
  }
  return [...sums.values()];
}
