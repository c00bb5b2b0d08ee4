import type { SessionSettings } from "../records/session-settings.ts";

/** What a counter moved between two readings. */
export interface Counted {
  readonly bytes: bigint;
  /** `stale` where the counter fell although it can have neither wrapped nor been reset: the reading is an old one. */
  readonly event: "wrap" | "reset" | "stale" | undefined;
}

const narrow = 2n ** 32n;

/**
 * Bytes between two readings of one counter. A 32-bit counter (RFC 2866 section 5.3, before the gigawords of
 * RFC 2869 section 5.1) that fell has wrapped, unless it stands at 0 or the subscriber cannot be that fast; then,
 * and for a 64-bit counter, it was reset and counts from 0, unless the subscriber cannot be that fast either.
 * @param seconds between the readings
 */
export function countedBytes(
  before: bigint,
  after: bigint,
  seconds: number,
  width: 32 | 64,
  { fastestBitsPerSecond }: Pick<SessionSettings, "fastestBitsPerSecond">,
): Counted {
  if (after >= before) return { bytes: after - before, event: undefined };
  const wrapped = after + narrow - before;
  const possible = (fastestBitsPerSecond * BigInt(Math.max(seconds, 1))) / 8n;
  const hasWrapped = width === 32 && before < narrow && after > 0n && wrapped <= possible;
  if (hasWrapped) return { bytes: wrapped, event: "wrap" };
  return after <= possible ? { bytes: after, event: "reset" } : { bytes: 0n, event: "stale" };
}
