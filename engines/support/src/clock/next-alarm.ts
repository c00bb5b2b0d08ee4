import type { Clock } from "./clock.ts";
import type { TargetName } from "./target-name.ts";

/** An instant at which a clock is due, or an escalation of it comes. */
export interface Alarm {
  readonly at: number;
  readonly target: TargetName;
  readonly cycle: number;
  /** Undefined where it is the due time itself. */
  readonly escalation: string | undefined;
}

/** The first of what comes after the instant; of what comes together, what is listed first, due before escalations. */
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
