import type { TargetName } from "../terms/target-name.ts";
import type { Clock } from "./clock.ts";

/** An instant at which a clock is due, or an escalation of it comes. */
export interface Alarm {
  readonly at: number;
  readonly target: TargetName;
  readonly cycle: number;
  /** Undefined for the due time itself. */
  readonly escalation: string | undefined;
}

/**
 * The first alarm after the instant. Of simultaneous alarms it is the first listed, with due times before escalations.
 */
export function nextAlarm(after: number, clocks: readonly Clock[]): Alarm | undefined {
  return clocks
    .flatMap(alarmsOf)
    .filter(({ at }) => at > after)
    .reduce<Alarm | undefined>((first, one) => (first && first.at <= one.at ? first : one), undefined);
}

function alarmsOf({ target, cycle, due, escalations }: Clock): readonly Alarm[] {
  return [{ name: undefined, at: due }, ...escalations].flatMap(({ name, at }) =>
    at === undefined ? [] : [{ at, target, cycle, escalation: name }],
  );
}
