/**
 * Whether sizes, all powers of two, fit into the free cells, each at a multiple of its size: tries every place of
 * each size.
 */
export function fits(cells: readonly boolean[], sizes: readonly number[]): boolean {
  const [size, ...rest] = sizes;
  if (size === undefined) return true;
  for (let start = 0; start + size <= cells.length; start += size) {
    if (!cells.slice(start, start + size).every((isFree) => isFree)) continue;
    const left = cells.map((isFree, index) => isFree && (index < start || index >= start + size));
    if (fits(left, rest)) return true;
  }
  return false;
}
