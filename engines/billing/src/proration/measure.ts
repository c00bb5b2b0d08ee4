import type { Timeline } from "../cycles/timeline.ts";

/** A ruler laid along one billing period: how much of it lies before a tick. */
export interface Measure {
  /** The unit of counting. Months of different lengths have a common "part". */
  readonly unit: Timeline["unit"] | "part";
  readonly length: number;
  /** From 0 at the period's start to `length` at its end; never falls. */
  position(tick: number): number;
  /** A part of the period for the trail: `days 17 of 31`. */
  describe(part: number): string;
}
