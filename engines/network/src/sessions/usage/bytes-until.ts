/**
 * How many of the bytes of a span were moved before an instant, if they flowed evenly; rounded down. Parts
 * taken as differences of this sum to the whole, however a span is cut.
 */
export function bytesUntil(bytes: bigint, span: { from: number; to: number }, at: number): bigint {
  if (at <= span.from) return 0n;
  if (at >= span.to) return bytes;
  return (bytes * BigInt(at - span.from)) / BigInt(span.to - span.from);
}
