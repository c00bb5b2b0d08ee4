/** Whole seconds of a timeline, `to` not included. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}
