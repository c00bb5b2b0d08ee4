import type { Interval } from "../../../calendar/src/interval.ts";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { type OffsetStretch, offsetStretches } from "../../../calendar/src/offset-stretches.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { SupportFault } from "../support-fault.ts";
import type { Holiday } from "./holiday.ts";
import { LocalHours } from "./local-hours.ts";
import type { Span } from "./span.ts";

const secondsOfDay = 86_400;
/** A little over ten years. A target that takes longer is a mistake in the calendar. */
const horizonDays = 3660;

/**
 * The working time of a tenant. A second is working time if the local time is inside a span of the date. Time that
 * summer time skips does not count, and a repeated hour counts twice.
 */
export class BusinessCalendar {
  readonly zone: Zone;
  readonly #hours: LocalHours;
  /** Working time by the number of the UTC day, computed once. */
  readonly #days = new Map<number, readonly Interval[]>();

  private constructor(zone: Zone, hours: LocalHours) {
    this.zone = zone;
    this.#hours = hours;
  }

  /**
   * Overlapping spans count once. A span past midnight belongs to the date on which it begins.
   * @param week the spans of each weekday, Monday first
   * @throws SupportFault CALENDAR_INVALID without seven weekdays, without a span, or with a repeated holiday.
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

  /** Working time in seconds from one instant to before another; 0 if the other is not later. */
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
   * The first instant at which this many seconds of working time have passed since `from`. It is the end of the
   * working day if they end with it, and `from` for 0 seconds.
   * @throws SupportFault CALENDAR_INVALID if ten years contain less working time.
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

  /** A stretch may cover two dates, and a span of the previous date may extend into it. */
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
