import { monitoringFault } from "../monitoring-fault.ts";
import { type Poll, pollsInOrder } from "./poll.ts";

/** Percentages of weighted state changes, whole numbers from 0 to 100. */
export interface FlappingPolicy {
  readonly startPercent: number;
  readonly stopPercent: number;
}

/** A device begins or stops flapping. */
export interface FlappingChange {
  readonly at: number;
  readonly flapping: boolean;
}

const transitionsKept = 20;
const allParts = 1520;

/**
 * Nagios's flap detection: each of the 20 transitions between the last 21 polls that changed the state weighs from
 * 0.75 (the oldest) to 1.25 (the newest) twentieths. A device flaps from `startPercent` on, until it is back at
 * `stopPercent` (base/flapping.c of Nagios Core). In whole numbers: 57 to 95 parts of 1520.
 * @throws NetworkFault MONITORING_INVALID unless 0 ≤ stopPercent < startPercent ≤ 100.
 */
export function walkFlapping(
  polls: readonly Poll[],
  policy: FlappingPolicy,
  until: number,
): readonly FlappingChange[] {
  requireFlappingPolicy(policy);
  const changes: FlappingChange[] = [];
  const transitions: boolean[] = [];
  let flapping = false;
  let before: Poll | undefined;
  for (const poll of pollsInOrder(polls, until)) {
    transitions.push(before !== undefined && before.answered !== poll.answered);
    before = poll;
    const hundredths = changedParts(transitions.slice(-transitionsKept)) * 100;
    const calm = hundredths <= policy.stopPercent * allParts;
    const restless = hundredths >= policy.startPercent * allParts;
    if (flapping ? !calm : !restless) continue;
    flapping = !flapping;
    changes.push({ at: poll.at, flapping });
  }
  return changes;
}

/** The changed part of `allParts`. Missing transitions count as the oldest ones, without a change. */
function changedParts(transitions: readonly boolean[]): number {
  const missing = transitionsKept - transitions.length;
  return transitions.reduce((sum, changed, age) => (changed ? sum + 57 + 2 * (missing + age) : sum), 0);
}

function requireFlappingPolicy({ startPercent, stopPercent }: FlappingPolicy): void {
  const whole = Number.isInteger(startPercent) && Number.isInteger(stopPercent);
  if (whole && 0 <= stopPercent && stopPercent < startPercent && startPercent <= 100) return;
  throw monitoringFault(
    "flapping to start at a higher whole percentage than it stops at, both from 0 to 100",
    `start ${startPercent}, stop ${stopPercent}`,
    "write, for example, start 30 and stop 20",
  );
}
