/** Bytes of one origin, in ticks: parts of a byte so small that every weight is a whole number of them. */
export interface Lot {
  readonly kind: "rollover" | "included" | "top-up";
  /** Of a top-up its id, otherwise the first date of the cycle that gave it. */
  readonly id: string;
  readonly granted: bigint;
  left: bigint;
  /** The first second without it. */
  readonly expiresAt: number | undefined;
}

const rank = { rollover: 0, included: 1, "top-up": 2 } as const;

/** Carried-over bytes go first, paid ones last; of one kind what expires first. */
export function inOrderOfUse(lots: readonly Lot[]): Lot[] {
  const expiry = ({ expiresAt }: Lot) => expiresAt ?? Number.MAX_SAFE_INTEGER;
  return [...lots].sort((one, other) => rank[one.kind] - rank[other.kind] || expiry(one) - expiry(other));
}

export function sumOf(lots: readonly Lot[]): bigint {
  return lots.reduce((sum, { left }) => sum + left, 0n);
}

/** `Math.min` for bytes. */
export function lesser(one: bigint, other: bigint): bigint {
  if (one < other) return one;
  return other;
}
