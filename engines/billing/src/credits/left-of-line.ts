/** The amounts of a line that may still be credited, in minor units, never negative. */
export interface LeftOfLine {
  readonly net: bigint;
  /** By tax, in a fixed order. */
  readonly taxes: readonly bigint[];
}

/** Net and taxes together. */
export function grossLeft({ net, taxes }: LeftOfLine): bigint {
  return taxes.reduce((total, tax) => total + tax, net);
}

/** The remainder after a further credit. */
export function afterCredit(left: LeftOfLine, credit: LeftOfLine): LeftOfLine {
  return {
    net: left.net - credit.net,
    taxes: left.taxes.map((tax, index) => tax - (credit.taxes[index] ?? 0n)),
  };
}
