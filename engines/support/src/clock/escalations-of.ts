import type { Target } from "./agreement.ts";
import type { EscalationRule } from "./escalation-rule.ts";
import type { RunningTime } from "./running-time.ts";

/** An escalation of one cycle. */
export interface Escalation {
  readonly name: string;
  /** Past or to come, if nothing else happens; undefined where the clock would have to go on first. */
  readonly at: number | undefined;
}

/**
 * When each escalation of a target comes, in the order of the agreement; never before the cycle began.
 * @throws SupportFault CALENDAR_INVALID where the calendar does not have that much time in ten years.
 */
export function escalationsOf(target: Target, startedAt: number, time: RunningTime): readonly Escalation[] {
  return target.escalations.map((rule) => {
    const at = instantOf(rule, target.minutes, time);
    return { name: rule.name, at: at === undefined ? undefined : Math.max(at, startedAt) };
  });
}

function instantOf(rule: EscalationRule, minutes: number, time: RunningTime): number | undefined {
  // Rounded up: a second early would be before that part of the target was used.
  if (rule.kind === "percent") return time.reach(Math.ceil((minutes * 60 * rule.percent) / 100));
  const shift = rule.kind === "before" ? -rule.minutes : rule.minutes;
  if (rule.time === "working") return time.reach((minutes + shift) * 60);
  const due = time.reach(minutes * 60);
  return due === undefined ? undefined : due + shift * 60;
}
