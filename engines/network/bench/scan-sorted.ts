/** The baseline of the index: reads the sorted children until a gap has room for a block. */
export function scanSorted(children: readonly bigint[], from: bigint, size: bigint): bigint {
  let start = from;
  for (const child of children) {
    if (start + size <= child) return start;
    if (child >= start) start = ((child + size) / size) * size;
  }
  return start;
}
