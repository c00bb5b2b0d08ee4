/** Milliseconds to the tenth, as reports and the log have them. */
export function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
