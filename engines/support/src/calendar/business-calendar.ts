import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { SupportFault } from "../support-fault.ts";
import type { Holiday } from "./holiday.ts";
import type { Interval } from "./interval.ts";
import { LocalHours } from "./local-hours.ts";
import { type OffsetStretch, offsetStretches } from "./offset-stretches.ts";
import type { Span } from "./span.ts";

const secondsOfDay = 86_400;
/** Ten years and a little: a target that takes longer to come is a mistake in the calendar. */
const horizonDays = 3660;

/**
 * The working time of a tenant. A second is working time while the clocks of the zone show a time inside a
 * span of the date: what summer time skips is not worked, and an hour that comes twice is worked twice.
 */
export class BusinessCalendar {
  readonly zone: Zone;
  readonly #hours: LocalHours;
  /** Working time by the number of the UTC day, worked out once. */
  readonly #days = new Map<number, readonly Interval[]>();

  private constructor(zone: Zone, hours: LocalHours) {
    this.zone = zone;
    this.#hours = hours;
  }

  /**
   * Spans that overlap count once; those past midnight belong to the date on which they begin.
   * @param week the spans of each weekday, Monday first
   * @throws SupportFault CALENDAR_INVALID without seven weekdays, without a span, or with a holiday twice.
   */
  static of(
    zone: Zone,
    week: readonly (readonly Span[])[],
    holidays: readonly Holiday[] = [],
  ): BusinessCalendar {
    return new BusinessCalendar(zone, new LocalHours(week, holidays));
  }

  /** Whether the instant is working time. */
  isWorking(at: number): boolean {
    return this.secondsBetween(at, at + 1) === 1;
  }

  /** Working time in seconds from an instant until before another; 0 where that is not later. */
  secondsBetween(from: number, to: number): number {
    let seconds = 0;
    for (let day = dayOf(from); day * secondsOfDay < to; day += 1) {
      for (const work of this.#workOn(day)) {
        seconds += Math.max(0, Math.min(work.to, to) - Math.max(work.from, from));
      }
    }
    return seconds;
  }

  /**
   * The first instant by which so many seconds of working time have passed since `from`: the end of the working
   * day where they end with it, and `from` itself where they are none.
   * @throws SupportFault CALENDAR_INVALID where ten years do not have that much.
   */
  after(from: number, seconds: number): number {
    if (seconds <= 0) return from;
    let left = seconds;
    for (let day = dayOf(from); day <= dayOf(from) + horizonDays; day += 1) {
      for (const work of this.#workOn(day)) {
        const begin = Math.max(work.from, from);
        if (work.to - begin >= left) return begin + left;
        left -= Math.max(0, work.to - begin);
      }
    }
    throw tooLittle(from, seconds, seconds - left);
  }

  #workOn(day: number): readonly Interval[] {
    let work = this.#days.get(day);
    if (work === undefined) {
      const whole = { from: day * secondsOfDay, to: (day + 1) * secondsOfDay };
      work = offsetStretches(whole, this.zone).flatMap((stretch) => this.#workIn(stretch));
      this.#days.set(day, work);
    }
    return work;
  }

  /** A stretch may show two dates, and a span of the date before them may reach into it. */
  #workIn({ from, to, offset }: OffsetStretch): readonly Interval[] {
    const work: Interval[] = [];
    for (let date = dayOf(from + offset) - 1; date <= dayOf(to - 1 + offset); date += 1) {
      const midnight = date * secondsOfDay - offset;
      for (const span of this.#hours.spansOn(LocalDate.fromDay(date))) {
        const begin = Math.max(from, midnight + span.from * 60);
        const end = Math.min(to, midnight + span.to * 60);
        if (begin < end) work.push({ from: begin, to: end });
      }
    }
    return merged(work);
  }
}

function dayOf(second: number): number {
  return Math.floor(second / secondsOfDay);
}

function merged(work: readonly Interval[]): readonly Interval[] {
  const apart: Interval[] = [];
  for (const next of [...work].sort((one, other) => one.from - other.from)) {
    const last = apart.at(-1);
    if (last === undefined || last.to < next.from) apart.push(next);
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return apart;
}

function tooLittle(from: number, wanted: number, found: number): SupportFault {
  const what =
    found === 0 ? "this calendar has no working time" : "give it more hours, or the target fewer minutes";
  return new SupportFault(
    "CALENDAR_INVALID",
    `expected ${wanted} seconds of working time in the ten years from ${Zone.printInstant(from)}; found ${found}: ${what}`,
  );
}
