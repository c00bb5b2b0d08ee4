import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { localSpans } from "../../../../calendar/src/local-spans.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { requireForward, type Span } from "../spans/span.ts";
import type { MaintenanceWindow, Recurring } from "./maintenance-window.ts";

/**
 * The spans in which a window is open within a span. A recurring window is open while the clocks of its zone show its
 * times: over the hour that summer time skips it is shorter, over the repeated hour longer, and one that lies entirely
 * in the skipped hour does not open.
 * @throws NetworkFault MONITORING_INVALID for a one-off window that ends before it begins.
 */
export function windowSpans({ id, when }: MaintenanceWindow, within: Span): readonly Span[] {
  if (when.kind === "recurring") return intersectSpans(occurrences(when, within), [within]);
  requireForward(`the window ${JSON.stringify(id)}`, when);
  return intersectSpans([when], [within]);
}

function occurrences(rule: Recurring, within: Span): readonly Span[] {
  const spans: Span[] = [];
  const times = { from: rule.fromMinute, to: rule.toMinute };
  const first = Math.max(rule.zone.dateOf(within.from).day - 1, rule.starts.day);
  const last = Math.min(rule.zone.dateOf(within.to).day, rule.ends?.day ?? Number.MAX_SAFE_INTEGER);
  for (let date = rule.starts.plusDays(first - rule.starts.day); date.day <= last; date = date.plusDays(1)) {
    if (falls(rule, date)) spans.push(...localSpans(rule.zone, date, times));
  }
  return spans;
}

function falls({ weekdays, weeksOfMonth }: Recurring, date: LocalDate): boolean {
  if (!weekdays.includes(date.weekday())) return false;
  return weeksOfMonth === undefined || weeksOfMonth.includes(Math.ceil(date.dayOfMonth / 7));
}
