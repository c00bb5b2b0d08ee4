import { located } from "../../../../base/src/located.ts";
import type { Target } from "../terms/agreement.ts";
import type { EscalationRule } from "../terms/escalation-rule.ts";
import type { RunningTime } from "./running-time.ts";

/** An escalation of one cycle. */
export interface Escalation {
  readonly name: string;
  /** Past, or future if nothing else happens; undefined while the clock must first continue. */
  readonly at: number | undefined;
}

/**
 * The time of each escalation of a target, in the order of the agreement. None is before the cycle began.
 * @throws SupportFault CALENDAR_INVALID if ten years contain less working time.
 */
export function escalationsOf(target: Target, startedAt: number, time: RunningTime): readonly Escalation[] {
  return target.escalations.map((rule, index) => {
    const at = located(["escalations", index], () => instantOf(rule, target.minutes, time));
    return { name: rule.name, at: at === undefined ? undefined : Math.max(at, startedAt) };
  });
}

function instantOf(rule: EscalationRule, minutes: number, time: RunningTime): number | undefined {
  // Rounded up: one second earlier, that part of the target would not be used yet.
  if (rule.kind === "percent") return time.reach(Math.ceil((minutes * 60 * rule.percent) / 100));
  const shift = rule.kind === "before" ? -rule.minutes : rule.minutes;
  if (rule.time === "working") return time.reach((minutes + shift) * 60);
  const due = time.reach(minutes * 60);
  return due === undefined ? undefined : due + shift * 60;
}
