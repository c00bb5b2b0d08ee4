import type { Period } from "../cycles/period.ts";
import type { Timeline } from "../cycles/timeline.ts";
import type { Measure } from "./measure.ts";

/** The ruler that counts the actual days or seconds of a period. */
export function measurePeriod(period: Period, timeline: Timeline): Measure {
  const start = timeline.startOf(period.from);
  const { unit } = timeline;
  const length = timeline.startOf(period.to) - start;
  return {
    unit,
    length,
    position: (tick) => tick - start,
    describe: (part) => `${unit}s ${part} of ${length}`,
  };
}
