import type { Interval } from "./interval.ts";
import type { LocalDate } from "./local-date.ts";
import { offsetStretches } from "./offset-stretches.ts";
import type { Zone } from "./zone.ts";

const secondsOfDay = 86_400;
const minutesOfDay = 1440;

/** Two local times, in minutes of a date. An end that is not after the begin is on the next date. */
export interface LocalWindow {
  /** 0 to 1439. */
  readonly from: number;
  /** 0 to 1440, excluded. */
  readonly to: number;
}

/**
 * The instants at which the clocks of the zone show a time in the window that begins on the date, as spans in their
 * order that do not touch. There is none for times that the clocks skip. There are two for a window that begins or
 * ends within the hour that comes twice, because the clocks show its times in two passes.
 */
export function localSpans(zone: Zone, date: LocalDate, { from, to }: LocalWindow): readonly Interval[] {
  const midnight = date.day * secondsOfDay;
  const begin = midnight + from * 60;
  const end = midnight + (to > from ? to : to + minutesOfDay) * 60;
  const spans: Interval[] = [];
  for (let day = dayOf(begin) - 1; day <= dayOf(end) + 1; day += 1) {
    const whole = { from: day * secondsOfDay, to: (day + 1) * secondsOfDay };
    for (const stretch of offsetStretches(whole, zone)) {
      const open = Math.max(stretch.from, begin - stretch.offset);
      const close = Math.min(stretch.to, end - stretch.offset);
      if (open >= close) continue;
      const last = spans.at(-1);
      if (last?.to === open) spans[spans.length - 1] = { from: last.from, to: close };
      else spans.push({ from: open, to: close });
    }
  }
  return spans;
}

function dayOf(second: number): number {
  return Math.floor(second / secondsOfDay);
}
