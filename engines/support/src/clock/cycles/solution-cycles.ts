import type { SlaSettings } from "../../settings.ts";
import { type Cycle, endOf } from "./cycle.ts";
import type { Step } from "./step.ts";

/** The cycles of the solution. Closing the ticket meets it. The tenant's settings define the effect of reopening. */
export function solutionCycles(
  steps: readonly [Step, ...Step[]],
  { reopened }: Pick<SlaSettings, "reopened">,
): readonly Cycle[] {
  const done: Cycle[] = [];
  let cycle: Cycle = { startedAt: steps[0].at };
  for (const step of steps) {
    const met = cycle.end?.met === true;
    if (step.standing !== "open") {
      if (cycle.end === undefined || (step.standing === "closed" && !met)) {
        cycle = { ...cycle, end: endOf(step, step.standing === "closed") };
      }
    } else if (cycle.end !== undefined && !(met && reopened === "stays-met")) {
      if (met && reopened === "restart") done.push(cycle);
      cycle = { startedAt: met && reopened === "restart" ? step.at : cycle.startedAt };
    }
  }
  return [...done, cycle];
}
