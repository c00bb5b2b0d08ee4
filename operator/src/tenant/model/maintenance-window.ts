import { Temporal } from "temporal-polyfill";
import { parseDuration } from "../../../../process/duration.ts";
import type { Tenant } from "./kinds.ts";

export type MaintenanceWindow = NonNullable<Tenant["spec"]["maintenanceWindow"]>;

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/**
 * The next opening of the window, or undefined while it is open. It opens when the clocks of the zone show `start`. If
 * summer time skips that minute, it opens later by the change of the clocks. If the minute comes twice, it opens the
 * first time (RFC 5545 reads local times in the same way). It stays open for `duration` of elapsed time, also past
 * midnight.
 *
 * @throws RangeError for a zone that is not in the IANA database
 */
export function nextOpening(
  window: MaintenanceWindow,
  timeZone: string,
  now: Date,
): Temporal.ZonedDateTime | undefined {
  const openFor = parseDuration(window.duration);
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  // Two days back: across a date line, a window of 24 hours that opened late yesterday may still be open.
  for (let day = -2; ; day += 1) {
    const date = today.add({ days: day });
    if (!opensOn(window, date)) continue;
    const opening = date.toZonedDateTime({ timeZone, plainTime: window.start });
    if (opening.epochMilliseconds > now.getTime()) return opening;
    if (now.getTime() < opening.epochMilliseconds + openFor) return undefined;
  }
}

/** An opening for messages, such as `Sunday 2026-11-29 at 02:30 Europe/Paris (2026-11-29T01:30:00Z)`. */
export function describeOpening(opening: Temporal.ZonedDateTime): string {
  const time = opening.toPlainTime().toString({ smallestUnit: "minute" });
  const utc = opening.toInstant().toString({ smallestUnit: "second" });
  return `${weekdayOf(opening)} ${opening.toPlainDate()} at ${time} ${opening.timeZoneId} (${utc})`;
}

function opensOn({ days }: MaintenanceWindow, date: Temporal.PlainDate): boolean {
  return days === undefined || days.includes(weekdayOf(date));
}

function weekdayOf({ dayOfWeek }: { dayOfWeek: number }): (typeof weekdays)[number] {
  const name = weekdays[dayOfWeek - 1];
  if (name === undefined) throw new RangeError(`Expected a day of the week from 1 to 7, found ${dayOfWeek}.`);
  return name;
}
