/** What may still be credited of a line, in minor units: never negative. */
export interface LeftOfLine {
  readonly net: bigint;
  /** By tax, in a fixed order. */
  readonly taxes: readonly bigint[];
}

/** Net and taxes together. */
export function grossLeft({ net, taxes }: LeftOfLine): bigint {
  return taxes.reduce((total, tax) => total + tax, net);
}

/** What is left after a further credit. */
export function afterCredit(left: LeftOfLine, credit: LeftOfLine): LeftOfLine {
  return {
    net: left.net - credit.net,
    taxes: left.taxes.map((tax, index) => tax - (credit.taxes[index] ?? 0n)),
  };
}
