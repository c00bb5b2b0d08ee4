/** Bytes of one origin, in ticks: parts of a byte small enough for every weight to be a whole number of them. */
export interface Lot {
  readonly kind: "rollover" | "included" | "top-up";
  /** The id of a top-up, otherwise the first date of the cycle that granted it. */
  readonly id: string;
  readonly granted: bigint;
  left: bigint;
  /** The first second after its end. */
  readonly expiresAt: number | undefined;
}

const rank = { rollover: 0, included: 1, "top-up": 2 } as const;

/** Carried-over bytes first, paid ones last. Within one kind, the first to expire first. */
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
