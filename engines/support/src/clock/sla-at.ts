import type { SlaSettings } from "../settings.ts";
import type { Cycle } from "./cycles/cycle.ts";
import { firstResponseCycles } from "./cycles/first-response-cycles.ts";
import { solutionCycles } from "./cycles/solution-cycles.ts";
import { type Step, stepsUntil } from "./cycles/step.ts";
import { updateCycles } from "./cycles/update-cycles.ts";
import type { Clock } from "./running/clock.ts";
import { clockOf } from "./running/clock-of.ts";
import { type Alarm, nextAlarm } from "./running/next-alarm.ts";
import { type TargetName, targetNames } from "./terms/target-name.ts";
import type { TicketFacts } from "./terms/ticket-facts.ts";

/** The state of a ticket's promises at an instant. */
export interface SlaStanding {
  /** The latest run of each started target. */
  readonly clocks: readonly Clock[];
  /** Earlier runs: answered questions, and solutions before the ticket was reopened. */
  readonly earlier: readonly Clock[];
  /** The next alarm if nothing else happens. A caller needs only this one timer. */
  readonly next: Alarm | undefined;
}

/**
 * The clocks of a ticket at an instant, computed only from facts. Events after the instant are ignored.
 * @throws SupportFault FACTS_INVALID for an event or an instant before the opening, or a repeated id;
 * CALENDAR_INVALID if a calendar has too little working time for a target in ten years.
 */
export function slaAt(at: number, facts: TicketFacts, settings: SlaSettings): SlaStanding {
  const steps = stepsUntil(at, facts, settings);
  const runs = targetNames.map((target) =>
    cyclesOf(target, steps, settings).map((cycle, index) =>
      clockOf({ target, number: index + 1, cycle }, at, steps, settings),
    ),
  );
  // A run without a promise has no clock. The run before it is still an earlier one.
  const clocks = runs.flatMap((run) => run.at(-1) ?? []);
  const earlier = runs.flatMap((run) => run.slice(0, -1).flatMap((clock) => clock ?? []));
  return { clocks, earlier, next: nextAlarm(at, clocks) };
}

function cyclesOf(
  target: TargetName,
  steps: readonly [Step, ...Step[]],
  settings: SlaSettings,
): readonly Cycle[] {
  if (target === "firstResponse") return firstResponseCycles(steps);
  return target === "update" ? updateCycles(steps, settings) : solutionCycles(steps, settings);
}
