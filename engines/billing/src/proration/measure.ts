import type { Timeline } from "../cycles/timeline.ts";

/** A ruler laid along one billing period: how much of it lies before a tick. */
export interface Measure {
  /** "day" or "second", as the trail names what is counted. */
  readonly unit: Timeline["unit"];
  readonly length: number;
  /** From 0 at the period's start to `length` at its end; never falls. */
  position(tick: number): number;
}
