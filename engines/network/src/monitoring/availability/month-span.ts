import { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import type { Span } from "../spans/span.ts";

/**
 * A calendar month of the zone, to the second: one with a change of the clocks has an hour more or less.
 * @param month such as `2026-03`
 * @throws CalendarFault for a text that is no month.
 */
export function monthSpan(month: string, zone: Zone): Span {
  const first = LocalDate.parse(`${month}-01`);
  const next = LocalDate.ofMonth(first.yearMonth().add({ months: 1 }), 1);
  return { from: zone.startOf(first), to: zone.startOf(next) };
}
