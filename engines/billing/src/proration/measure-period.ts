import type { Period } from "../cycles/period.ts";
import type { Timeline } from "../cycles/timeline.ts";
import type { Measure } from "./measure.ts";

/** The ruler that counts the actual days or seconds of a period. */
export function measurePeriod(period: Period, timeline: Timeline): Measure {
  const start = timeline.startOf(period.from);
  return {
    unit: timeline.unit,
    length: timeline.startOf(period.to) - start,
    position: (tick) => tick - start,
  };
}
