import { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import { NetworkFault } from "../../network-fault.ts";

/** The division of the calendar into periods. A month that is too short for the day begins on its last day. */
export type PeriodRule =
  | { readonly unit: "day" }
  /** 1 Monday to 7 Sunday. */
  | { readonly unit: "week"; readonly dayOfWeek: number }
  | { readonly unit: "month"; readonly dayOfMonth: number };

/** Local dates; `to` is the first date after the period. */
export interface Period {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

const longestRow = 4000;

/** The period that contains a date. */
export function periodOf(rule: PeriodRule, date: LocalDate): Period {
  const from = startOf(rule, date);
  return { from, to: startAfter(rule, from) };
}

/**
 * The periods that contain any second from one instant to before another, sorted.
 * @throws NetworkFault FACTS_INVALID for more than 4000 periods.
 */
export function periodsBetween(rule: PeriodRule, zone: Zone, from: number, to: number): Period[] {
  const periods: Period[] = [];
  for (let period = periodOf(rule, zone.dateOf(from)); zone.startOf(period.from) < to; ) {
    if (periods.length === longestRow) throw tooLong(rule);
    periods.push(period);
    period = periodOf(rule, period.to);
  }
  return periods;
}

function startOf(rule: PeriodRule, date: LocalDate): LocalDate {
  if (rule.unit === "day") return date;
  if (rule.unit === "week") return date.plusDays(-((date.weekday() - rule.dayOfWeek + 7) % 7));
  const inMonth = LocalDate.ofMonth(date.yearMonth(), rule.dayOfMonth);
  if (inMonth.day <= date.day) return inMonth;
  return LocalDate.ofMonth(date.yearMonth().subtract({ months: 1 }), rule.dayOfMonth);
}

function startAfter(rule: PeriodRule, start: LocalDate): LocalDate {
  if (rule.unit === "day") return start.plusDays(1);
  if (rule.unit === "week") return start.plusDays(7);
  return LocalDate.ofMonth(start.yearMonth().add({ months: 1 }), rule.dayOfMonth);
}

function tooLong({ unit }: PeriodRule): NetworkFault {
  return new NetworkFault(
    "FACTS_INVALID",
    `expected at most ${longestRow} periods of a ${unit}; found more: ask for a shorter time or longer periods`,
  );
}
