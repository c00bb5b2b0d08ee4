import { located } from "../../../../base/src/located.ts";
import type { SlaSettings } from "../../settings.ts";
import type { Cycle } from "../cycles/cycle.ts";
import type { Step } from "../cycles/step.ts";
import type { Target } from "../terms/agreement.ts";
import type { TargetName } from "../terms/target-name.ts";
import type { Clock } from "./clock.ts";
import { type Escalation, escalationsOf } from "./escalations-of.ts";
import { RunningTime } from "./running-time.ts";
import { stretchesOf } from "./stretches-of.ts";

/** One of a target's cycles, numbered from 1. */
export interface NumberedCycle {
  readonly target: TargetName;
  readonly number: number;
  readonly cycle: Cycle;
}

/**
 * A cycle's clock at an instant; undefined if the agreement does not promise its target.
 * @throws SupportFault CALENDAR_INVALID if the calendar has too little time for the target in ten years.
 */
export function clockOf(
  { target, number, cycle: whole }: NumberedCycle,
  at: number,
  steps: readonly [Step, ...Step[]],
  settings: Pick<SlaSettings, "midFlight">,
): Clock | undefined {
  const now = steps.at(-1) ?? steps[0];
  const agreement = whole.end?.agreement ?? now.agreement;
  const promise = agreement.targets[target];
  if (promise === undefined) return undefined;
  const cycle = settings.midFlight === "from-change" ? sinceLastChange(whole, steps) : whole;
  const until = cycle.end?.at ?? at;
  const time = new RunningTime(stretchesOf(cycle, target, steps, agreement, settings), until);
  const path = [...agreement.path, "targets", target];
  const due = located([...path, "minutes"], () => time.reach(promise.minutes * 60));
  const working = time.workingSeconds("counted");
  return {
    target,
    cycle: number,
    agreement: agreement.name,
    state: stateOf(cycle, promise, now),
    working: agreement.calendar.isWorking(at),
    startedAt: cycle.startedAt,
    endedAt: cycle.end?.at,
    targetSeconds: promise.minutes * 60,
    due,
    breached: due !== undefined && (cycle.end === undefined ? due <= at : due < cycle.end.at),
    leftSeconds: promise.minutes * 60 - working,
    spent: {
      working,
      pausedWorking: time.workingSeconds("paused"),
      pausedWall: time.wallSeconds("paused"),
      wall: until - cycle.startedAt,
    },
    escalations: located(path, () => escalationsOf(promise, cycle.startedAt, time)).filter((one) =>
      came(one, cycle),
    ),
  };
}

function stateOf({ end }: Cycle, { pausedIn }: Target, { standing, state }: Step): Clock["state"] {
  if (end?.met === true) return "met";
  if (end !== undefined || standing !== "open") return "stopped";
  return pausedIn.includes(state) ? "paused" : "running";
}

/** If a change of agreement restarts the clock, the time before it does not count. An event with the same one is no change. */
function sinceLastChange(cycle: Cycle, steps: readonly Step[]): Cycle {
  const last = cycle.end?.at ?? Number.POSITIVE_INFINITY;
  const change = steps.findLast(
    ({ agreement, at }, index) => agreement !== (steps[index - 1]?.agreement ?? agreement) && at < last,
  );
  return { ...cycle, startedAt: Math.max(cycle.startedAt, change?.at ?? cycle.startedAt) };
}

function came({ at }: Escalation, { end }: Cycle): boolean {
  return end === undefined || (at !== undefined && at < end.at);
}
