import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { localSpans } from "../../../../calendar/src/local-spans.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import type { Span } from "../spans/span.ts";

/** The promised hours of a service on some weekdays, in the local time of a zone. */
export interface DailyHours {
  /** 1 for Monday to 7 for Sunday. */
  readonly weekdays: readonly number[];
  /** Minutes of the day, 0 to 1439. If `toMinute` is not after `fromMinute`, the hours end on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
}

/**
 * The hours of a service within a span: the time in which the clocks of the zone show them. Hours past midnight belong
 * to the date on which they begin. None begin on a holiday.
 */
export function serviceHours(
  hours: readonly DailyHours[],
  holidays: readonly LocalDate[],
  zone: Zone,
  within: Span,
): readonly Span[] {
  const spans: Span[] = [];
  const last = zone.dateOf(within.to);
  for (let date = zone.dateOf(within.from).plusDays(-1); date.day <= last.day; date = date.plusDays(1)) {
    if (holidays.includes(date)) continue;
    for (const { weekdays, fromMinute, toMinute } of hours) {
      if (!weekdays.includes(date.weekday())) continue;
      spans.push(...localSpans(zone, date, { from: fromMinute, to: toMinute }));
    }
  }
  return intersectSpans(spans, [within]);
}
