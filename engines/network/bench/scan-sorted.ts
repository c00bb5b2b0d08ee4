/** What the index replaces: reads the sorted children until there is room for a block between two. */
export function scanSorted(children: readonly bigint[], from: bigint, size: bigint): bigint {
  let start = from;
  for (const child of children) {
    if (start + size <= child) return start;
    if (child >= start) start = ((child + size) / size) * size;
  }
  return start;
}
