/** Whether a number is a whole one from `least` to `most`, both included. */
export function isWholeWithin(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}
