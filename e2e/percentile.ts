/**
 * The value below which `part` (0 to 1) of the values lie, by nearest rank without interpolation; NaN without values.
 * Part 0.5 is the median.
 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
