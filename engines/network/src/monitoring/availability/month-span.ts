import { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import type { Span } from "../spans/span.ts";

/**
 * A calendar month of the zone, exact to the second: a change of the clocks adds or removes an hour.
 * @param month such as `2026-03`
 * @throws CalendarFault for a text that is not a month.
 */
export function monthSpan(month: string, zone: Zone): Span {
  const first = LocalDate.parse(`${month}-01`);
  const next = LocalDate.ofMonth(first.yearMonth().add({ months: 1 }), 1);
  return { from: zone.startOf(first), to: zone.startOf(next) };
}
