import type { SlaSettings } from "../settings.ts";
import type { Clock } from "./clock.ts";
import { clockOf } from "./clock-of.ts";
import type { Cycle } from "./cycle.ts";
import { firstResponseCycles } from "./first-response-cycles.ts";
import { type Alarm, nextAlarm } from "./next-alarm.ts";
import { solutionCycles } from "./solution-cycles.ts";
import { type Step, stepsUntil } from "./step.ts";
import { type TargetName, targetNames } from "./target-name.ts";
import type { TicketFacts } from "./ticket-facts.ts";
import { updateCycles } from "./update-cycles.ts";

/** What is owed to a ticket at an instant. */
export interface SlaStanding {
  /** The latest run of each target that was begun. */
  readonly clocks: readonly Clock[];
  /** Earlier runs: questions that were answered, solutions before the ticket was opened again. */
  readonly earlier: readonly Clock[];
  /** What comes next if nothing else happens: the one timer that a caller has to set. */
  readonly next: Alarm | undefined;
}

/**
 * The clocks of a ticket at an instant, from nothing but facts: events after the instant are not known yet.
 * @throws SupportFault FACTS_INVALID for an event or an instant before the opening, or an id used twice;
 * CALENDAR_INVALID where a calendar has too little working time for a target in ten years.
 */
export function slaAt(at: number, facts: TicketFacts, settings: SlaSettings): SlaStanding {
  const steps = stepsUntil(at, facts, settings);
  const runs = targetNames.map((target) =>
    cyclesOf(target, steps, settings).map((cycle, index) =>
      clockOf({ target, number: index + 1, cycle }, at, steps, settings),
    ),
  );
  // A run that is promised nothing has no clock, and the one before it is an earlier one all the same.
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
