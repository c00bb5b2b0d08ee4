import { type Poll, pollsInOrder } from "./poll.ts";
import { requireStatePolicy, type StatePolicy } from "./state-policy.ts";

export type DeviceState = "up" | "down" | "unknown";

/** A device enters a state. */
export interface StateChange {
  /** The instant of the decision: the last poll of the series that was long enough. */
  readonly at: number;
  /** The begin of the state: the first poll of that series. An outage counts from here, not from the decision. */
  readonly since: number;
  readonly state: DeviceState;
}

interface Run {
  readonly answered: boolean;
  readonly since: number;
  readonly count: number;
}

/**
 * The states of one device up to `until`, from its polls in any order; unknown before the first change. A device
 * without a poll for `staleAfterSeconds` becomes unknown. If it was down, it still needs `answersBeforeUp` answers
 * to be up.
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
