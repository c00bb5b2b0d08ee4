import type { SlaSettings } from "../settings.ts";
import type { Agreement } from "./agreement.ts";
import type { Cycle } from "./cycle.ts";
import type { Stretch } from "./running-time.ts";
import type { Step } from "./step.ts";
import type { TargetName } from "./target-name.ts";

/**
 * The parts of a cycle in which its clock ran or was paused. In the others the ticket was closed or merged, or
 * nothing was agreed.
 * @param agreement whose terms the cycle is judged by
 */
export function stretchesOf(
  { startedAt, end }: Cycle,
  target: TargetName,
  steps: readonly Step[],
  agreement: Agreement,
  { midFlight }: Pick<SlaSettings, "midFlight">,
): readonly Stretch[] {
  return steps.flatMap((step, index): Stretch[] => {
    const terms = midFlight === "from-start" ? agreement : step.agreement;
    const promise = terms.targets[target];
    const from = Math.max(step.at, startedAt);
    const to = Math.min(
      steps[index + 1]?.at ?? Number.POSITIVE_INFINITY,
      end?.at ?? Number.POSITIVE_INFINITY,
    );
    if (promise === undefined || step.standing !== "open" || from >= to) return [];
    const kind = promise.pausedIn.includes(step.state) ? "paused" : "counted";
    return [{ from, to, calendar: terms.calendar, kind }];
  });
}
