import { type Cycle, endOf, speaker } from "./cycle.ts";
import type { Step } from "./step.ts";

/**
 * The only cycle of the first response. The first public reply of an agent meets it permanently. It does not apply
 * while the ticket is closed or merged.
 */
export function firstResponseCycles(steps: readonly [Step, ...Step[]]): readonly Cycle[] {
  const startedAt = steps[0].at;
  const reply = steps.find((step) => speaker(step) === "agent");
  if (reply !== undefined) return [{ startedAt, end: endOf(reply, true) }];
  const rest = steps.slice(steps.findLastIndex(({ standing }) => standing === "open") + 1);
  return [{ startedAt, end: rest[0] && endOf(rest[0], false) }];
}
