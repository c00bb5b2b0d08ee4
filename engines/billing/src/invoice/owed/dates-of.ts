import type { Timeline } from "../../cycles/timeline.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";
import type { Stretch } from "../periods/stretches.ts";

/**
 * The dates from the begin of the first span of service to the end of the last: `to` is the first date after it, or its own
 * date where it ends within a day.
 */
export function datesOf(
  spans: readonly ServiceSpan[],
  { period, from, to }: Pick<BilledPeriod, "period" | "from" | "to">,
  timeline: Timeline,
): Stretch {
  const begin = spans[0]?.from ?? from;
  const end = spans.at(-1)?.to ?? to;
  return {
    from: begin === from ? period.from : timeline.dateOf(begin),
    to: end === to ? period.to : timeline.dateOf(end),
  };
}
