import type { SlaSettings } from "../../settings.ts";
import type { Cycle } from "../cycles/cycle.ts";
import type { Step } from "../cycles/step.ts";
import type { Agreement } from "../terms/agreement.ts";
import type { TargetName } from "../terms/target-name.ts";
import type { Stretch } from "./running-time.ts";

/**
 * The parts of a cycle in which its clock ran or was paused. In the other parts the ticket was closed or merged, or had
 * no agreement.
 * @param agreement the agreement that applies to the cycle
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
