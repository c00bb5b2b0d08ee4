/** The bytes that a counter counted between two readings. */
export interface Counted {
  readonly bytes: bigint;
  /** `stale` if the counter fell but cannot have wrapped or been reset: the reading is an old one. */
  readonly event: "wrap" | "reset" | "stale" | undefined;
}

const narrow = 2n ** 32n;

/**
 * Bytes between two readings of one counter. If a 32-bit counter (RFC 2866 section 5.3, before the gigawords of RFC
 * 2869 section 5.1) fell, it wrapped, unless it is at 0 or the line is too slow for that. Otherwise, and always for
 * a 64-bit counter, it was reset and counts from 0, unless the line is too slow for that too.
 * @param most the bytes that the line can carry between the readings
 */
export function countedBytes(before: bigint, after: bigint, most: bigint, width: 32 | 64): Counted {
  if (after >= before) return { bytes: after - before, event: undefined };
  const wrapped = after + narrow - before;
  const hasWrapped = width === 32 && before < narrow && after > 0n && wrapped <= most;
  if (hasWrapped) return { bytes: wrapped, event: "wrap" };
  return after <= most ? { bytes: after, event: "reset" } : { bytes: 0n, event: "stale" };
}
