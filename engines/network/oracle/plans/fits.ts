/**
 * Whether sizes, all powers of two, find room among the cells that are free, each at a multiple of its size: tries
 * every place of every one.
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
