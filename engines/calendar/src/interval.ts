/** An interval in whole seconds, with `to` excluded. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}
