/** Milliseconds rounded to a tenth, for reports and the log. */
export function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
