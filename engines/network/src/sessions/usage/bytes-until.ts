/**
 * The bytes of a span moved before an instant, if they flow evenly; rounded down. Parts computed as differences add
 * up to the whole for every division of the span.
 */
export function bytesUntil(bytes: bigint, span: { from: number; to: number }, at: number): bigint {
  if (at <= span.from) return 0n;
  if (at >= span.to) return bytes;
  return (bytes * BigInt(at - span.from)) / BigInt(span.to - span.from);
}
