import { type Poll, pollsInOrder } from "./poll.ts";
import { requireStatePolicy, type StatePolicy } from "./state-policy.ts";

export type DeviceState = "up" | "down" | "unknown";

/** A device enters a state. */
export interface StateChange {
  /** When it was decided: the last poll of the run that was long enough. */
  readonly at: number;
  /** When it began: the first poll of that run. An outage counts from here, not from the decision. */
  readonly since: number;
  readonly state: DeviceState;
}

interface Run {
  readonly answered: boolean;
  readonly since: number;
  readonly count: number;
}

/**
 * The states of one device up to `until`, from its polls in any order; unknown before the first change. A
 * device falls silent (unknown) when no poll was made for `staleAfterSeconds`: that it was down or up before
 * says nothing of now, but one that was down still needs `answersBeforeUp` answers.
 * @throws NetworkFault MONITORING_INVALID for a policy with counts or seconds below 1.
 */
export function walkStates(
  polls: readonly Poll[],
  policy: StatePolicy,
  until: number,
): readonly StateChange[] {
  requireStatePolicy(policy);
  const changes: StateChange[] = [];
  let settled: DeviceState = "unknown";
  let run: Run | undefined;
  let last: number | undefined;
  for (const poll of pollsInOrder(polls, until)) {
    const silence = silenceAfter(last, poll.at, policy);
    if (silence !== undefined) {
      changes.push(silence);
      run = undefined;
    }
    last = poll.at;
    run = longer(run, poll);
    if (run.count < needed(run, settled, policy)) continue;
    settled = run.answered ? "up" : "down";
    if (changes.at(-1)?.state !== settled) changes.push({ at: poll.at, since: run.since, state: settled });
  }
  const silence = silenceAfter(last, until, policy);
  return silence === undefined ? changes : [...changes, silence];
}

function silenceAfter(last: number | undefined, next: number, policy: StatePolicy): StateChange | undefined {
  if (last === undefined || next - last <= policy.staleAfterSeconds) return undefined;
  const at = last + policy.staleAfterSeconds;
  return { at, since: at, state: "unknown" };
}

function longer(run: Run | undefined, { at, answered }: Poll): Run {
  return run?.answered === answered ? { ...run, count: run.count + 1 } : { answered, since: at, count: 1 };
}

function needed({ answered }: Run, settled: DeviceState, policy: StatePolicy): number {
  if (!answered) return policy.lossesBeforeDown;
  return settled === "down" ? policy.answersBeforeUp : 1;
}
