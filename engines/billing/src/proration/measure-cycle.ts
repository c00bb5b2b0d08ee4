import { BillingFault } from "../billing-fault.ts";
import type { Cycle } from "../cycles/cycle.ts";
import type { Timeline } from "../cycles/timeline.ts";
import type { BillingSettings } from "../settings.ts";
import type { Measure } from "./measure.ts";
import { measurePeriod } from "./measure-period.ts";

/**
 * The ruler of a period. Actual days: each day (or second) counts one. Fixed 30 days: every month
 * counts 30, its 31st day nothing and the last day of a short month what is missing, so that the
 * parts of a month always sum to 30.
 * @throws BillingFault PRORATION_INVALID for fixed days counted by the second.
 */
export function measureCycle(
  cycle: Cycle,
  index: number,
  timeline: Timeline,
  mode: BillingSettings["prorationMode"],
): Measure {
  if (mode === "fixed-30-days" && cycle.rule.months > 0) return fixedDays(cycle, index, timeline);
  return measurePeriod(cycle.period(index), timeline);
}

const daysOfMonth = 30;

function fixedDays(cycle: Cycle, index: number, timeline: Timeline): Measure {
  if (timeline.unit !== "day") {
    throw new BillingFault(
      "PRORATION_INVALID",
      'expected prorationUnit "day" with prorationMode "fixed-30-days"; found "second": a fixed month has no seconds',
    );
  }
  const months = cycle.monthBoundaries(index).map((date) => date.day);
  return {
    unit: "day",
    length: daysOfMonth * cycle.rule.months,
    position: (tick) => {
      let month = 0;
      while (month < cycle.rule.months && (months[month + 1] ?? tick) <= tick) month += 1;
      const days = tick - (months[month] ?? tick);
      return daysOfMonth * month + Math.min(days, daysOfMonth);
    },
  };
}
