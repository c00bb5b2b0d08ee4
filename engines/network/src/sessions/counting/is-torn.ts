/** Octets are the lower 32 bits of a count, gigawords the upper (RFC 2869 sections 5.1 and 5.2). */
const turn = 2n ** 32n;

/**
 * Whether a 64-bit count was read in two parts while its octets wrapped, so that it is wrong by 2^32: too low if its
 * gigawords are from before the wrap, too high if only they are from after it. The right count is then between its
 * neighbours. A reset gives such counts only if 2^32 bytes were moved before the next record. The neighbours must
 * therefore differ by at most a quarter of the bytes that a reset would give.
 * @param before the count before it
 * @param next the count after it
 */
export function isTorn(before: bigint, count: bigint, next: bigint): boolean {
  const isLow = count < before;
  if (!isLow && count <= next) return false;
  const right = isLow ? count + turn : count - turn;
  const isBetween = before <= right && right <= next && before / turn < next / turn;
  const ofReset = isLow ? next : count - before + next;
  return isBetween && (next - before) * 4n <= ofReset;
}
