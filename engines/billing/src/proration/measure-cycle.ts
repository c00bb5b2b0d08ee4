import { LocalDate } from "../../../calendar/src/local-date.ts";
import { BillingFault } from "../billing-fault.ts";
import type { Cycle } from "../cycles/cycle.ts";
import type { Timeline } from "../cycles/timeline.ts";
import { printShortest } from "../money/print-decimal.ts";
import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import type { Measure } from "./measure.ts";
import { measurePeriod } from "./measure-period.ts";

/**
 * The ruler of a period. Actual days: each day (or second) counts one. Fixed 30 days: every month from
 * billing day to billing day counts 30, as `fixedDays` says. Calendar months: every month counts the same,
 * and so does every day within one month.
 * @throws BillingFault PRORATION_INVALID for months counted by the second.
 */
export function measureCycle(
  cycle: Cycle,
  index: number,
  timeline: Timeline,
  mode: BillingSettings["prorationMode"],
): Measure {
  if (cycle.rule.months > 0) {
    if (mode === "fixed-30-days") return fixedDays(monthsOf(cycle, index, timeline, mode), cycle.anchorDay);
    if (mode === "calendar-months")
      return calendarMonths(monthsOf(cycle, index, timeline, mode).map(({ day }) => day));
  }
  return measurePeriod(cycle.period(index), timeline);
}

/** The dates at which the single months of a period begin, and its end. */
function monthsOf(
  cycle: Cycle,
  index: number,
  timeline: Timeline,
  mode: BillingSettings["prorationMode"],
): readonly LocalDate[] {
  if (timeline.unit === "day") return cycle.monthBoundaries(index);
  throw new BillingFault(
    "PRORATION_INVALID",
    `expected prorationUnit "day" with prorationMode "${mode}"; found "second": a month has no fixed number of seconds`,
  );
}

const daysOfMonth = 30;

/**
 * The ruler of a calendar in which every month has 30 days, as 30/360 day counts have it: the 31st counts
 * nothing, and the last day of February what is missing to 30. A billing day that a month does not have
 * keeps its place: with one on the 29th or 30th the last day of February stands there, and the day before
 * counts up to it. A billing day on the 31st stands on the 30th; the 30th before it counts nothing. So a
 * month counts 30 from any billing day to the next.
 */
function fixedDays(months: readonly LocalDate[], billingDay: number): Measure {
  const count = months.length - 1;
  const length = daysOfMonth * count;
  const days = months.map(({ day }) => day);
  const start = firstOfMonth(months[0]) + Math.min(billingDay, daysOfMonth) - 1;
  return {
    unit: "day",
    length,
    position: (tick) => {
      const month = monthAt(tick, days);
      const begin = daysOfMonth * month;
      if (month === count || tick === days[month]) return begin;
      const date = LocalDate.fromDay(tick);
      const place = firstOfMonth(date) + date.dayOfMonth - 1 - start;
      return Math.min(Math.max(place, begin), begin + daysOfMonth);
    },
    describe: (part) => `days ${part} of ${length}`,
  };
}

/** The day of a calendar of 12 months of 30 days at which a month begins. */
function firstOfMonth(date: LocalDate | undefined): number {
  return date === undefined ? 0 : daysOfMonth * (12 * date.year + date.month);
}

/** Each month has the same price, and each of its days the same part of it. */
function calendarMonths(months: readonly number[]): Measure {
  const count = months.length - 1;
  const lengths = months.slice(1).map((end, month) => end - (months[month] ?? end));
  const parts = lengths.reduce(leastCommonMultiple, 1);
  return {
    unit: "part",
    length: parts * count,
    position: (tick) => {
      const month = monthAt(tick, months);
      const days = tick - (months[month] ?? tick);
      const perDay = month < count ? wholeQuotient(parts, lengths[month] ?? 1) : 0;
      return parts * month + days * perDay;
    },
    describe: (part) => `months ${printShortest(Rational.of(BigInt(part), BigInt(parts)), 9)} of ${count}`,
  };
}

/** The index of the month that a tick is in; the number of months from the end on. */
function monthAt(tick: number, months: readonly number[]): number {
  let month = 0;
  while (month < months.length - 1 && (months[month + 1] ?? tick) <= tick) month += 1;
  return month;
}

function leastCommonMultiple(one: number, other: number): number {
  let multiple = one;
  while (wholeQuotient(multiple, other) * other !== multiple) multiple += one;
  return multiple;
}

function wholeQuotient(number: number, divisor: number): number {
  return Number(Rational.of(BigInt(number), BigInt(divisor)).floor());
}
