import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeOpening, type MaintenanceWindow, nextOpening } from "./maintenance-window.ts";

const minute = 60_000;
const night: MaintenanceWindow = { start: "02:30", duration: "1h" };
const sunday: MaintenanceWindow = { ...night, days: ["Sunday"] };
const overMidnight: MaintenanceWindow = { days: ["Monday"], start: "23:00", duration: "3h" };
const always: MaintenanceWindow = { start: "00:00", duration: "24h" };

const cases: [string, MaintenanceWindow, string, string, string | "open"][] = [
  ["the last moment before", night, "UTC", "2026-05-01T02:29:59.999Z", "2026-05-01T02:30:00Z"],
  ["its first moment", night, "UTC", "2026-05-01T02:30:00Z", "open"],
  ["its last moment", night, "UTC", "2026-05-01T03:29:59.999Z", "open"],
  ["the first moment after", night, "UTC", "2026-05-01T03:30:00Z", "2026-05-02T02:30:00Z"],
  ["another time zone", night, "Asia/Tokyo", "2026-05-01T17:00:00Z", "2026-05-01T17:30:00Z"],
  ["the day itself, after it", sunday, "UTC", "2026-05-03T04:00:00Z", "2026-05-10T02:30:00Z"],
  ["the day after", sunday, "UTC", "2026-05-04T02:45:00Z", "2026-05-10T02:30:00Z"],
  ["the day in its zone, not in UTC", sunday, "Asia/Tokyo", "2026-05-02T17:45:00Z", "open"],
  ["a window over midnight, before", overMidnight, "UTC", "2026-05-04T23:30:00Z", "open"],
  ["a window over midnight, after", overMidnight, "UTC", "2026-05-05T01:59:00Z", "open"],
  ["a window over midnight, too late", overMidnight, "UTC", "2026-05-05T02:00:00Z", "2026-05-11T23:00:00Z"],
  ["the day after, which has no window", overMidnight, "UTC", "2026-05-05T23:30:00Z", "2026-05-11T23:00:00Z"],
  ["24 hours of every day", always, "Europe/Paris", "2026-05-05T21:59:59Z", "open"],
  // The clocks change from 02:00 to 03:00 at 01:00 UTC, so 02:30 is skipped.
  ["a start in a gap", night, "Europe/Paris", "2026-03-29T00:59:00Z", "2026-03-29T01:30:00Z"],
  ["a window that began in a gap", night, "Europe/Paris", "2026-03-29T02:29:00Z", "open"],
  ["its end", night, "Europe/Paris", "2026-03-29T02:30:00Z", "2026-03-30T00:30:00Z"],
  [
    "a start at the end of a gap",
    { ...night, start: "03:00" },
    "Europe/Paris",
    "2026-03-29T00:59:00Z",
    "2026-03-29T01:00:00Z",
  ],
  // 02:30 comes at 00:30 UTC and again at 01:30 UTC.
  ["a start that comes twice", night, "Europe/Paris", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"],
  ["the second time of it", night, "Europe/Paris", "2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"],
  // The day of 25 hours has one hour that no window of 24 elapsed hours covers.
  ["24 hours on a day of 25", always, "Europe/Paris", "2026-10-25T22:30:00Z", "2026-10-25T23:00:00Z"],
  [
    "a gap of half an hour",
    { ...night, start: "02:15" },
    "Australia/Lord_Howe",
    "2026-10-03T15:00:00Z",
    "2026-10-03T15:45:00Z",
  ],
];

describe("the next opening of a maintenance window", () => {
  it.each(cases)("is right for %s", (_, window, zone, now, expected) => {
    const opening = nextOpening(window, zone, new Date(now));
    expect(opening?.toInstant().toString() ?? "open").toBe(expected);
  });

  it("agrees with a clock that is checked minute by minute, through every change of summer time", () => {
    const when = fc.record({
      near: fc.constantFrom(
        ["Europe/Paris", "2026-03-29T01:00Z"],
        ["Europe/Paris", "2026-10-25T01:00Z"],
        ["America/New_York", "2026-03-08T07:00Z"],
        ["America/Sao_Paulo", "2018-11-04T03:00Z"],
        ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
        ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
        ["Africa/Cairo", "2026-04-23T22:00Z"],
        ["Pacific/Apia", "2011-12-30T10:00Z"],
        ["UTC", "2026-06-01T00:00Z"],
      ),
      minutesAfter: fc.integer({ min: -3 * 1440, max: 3 * 1440 }),
      start: fc.integer({ min: 0, max: 1439 }),
      duration: fc.integer({ min: 30, max: 1440 }),
      days: fc.option(fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(when, ({ near: [zone = "", change = ""], minutesAfter, start, duration, days }) => {
        const window: MaintenanceWindow = {
          start: clockText(start),
          duration: `${duration}m`,
          ...(days && { days }),
        };
        const now = new Date(change).getTime() + minutesAfter * minute;
        const found = nextOpening(window, zone, new Date(now))?.epochMilliseconds;
        expect(found).toBe(watched(window, zone, now));
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

it("an opening is printed in local time and in UTC", () => {
  const opening = nextOpening(sunday, "Europe/Paris", new Date("2026-11-25T00:00:00Z"));
  expect(opening && describeOpening(opening)).toBe(
    "Sunday 2026-11-29 at 02:30 Europe/Paris (2026-11-29T01:30:00Z)",
  );
});

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

function clockText(minuteOfDay: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minuteOfDay / 60))}:${two(minuteOfDay % 60)}`;
}

/** The expected result, from the zone's clock at every minute since days before: slow, but simple. */
function watched(window: MaintenanceWindow, zone: string, now: number): number | undefined {
  const openFor = Number.parseInt(window.duration, 10) * minute;
  let shown = localMinute(zone, now - 4 * 1440 * minute) - 1;
  for (let at = now - 4 * 1440 * minute; ; at += minute) {
    const local = localMinute(zone, at);
    // Minutes that a forward change skips come later by the change. Minutes that a backward change repeats are ignored.
    for (let next = shown + 1; next <= local; next += 1) {
      const opening = next === local ? at : at + (next - shown - 1) * minute;
      if (!isStart(window, next)) continue;
      if (opening > now) return opening;
      if (now < opening + openFor) return undefined;
    }
    shown = Math.max(shown, local);
  }
}

function isStart({ start, days }: MaintenanceWindow, local: number): boolean {
  const shown = new Date(local * minute);
  const day = weekdays[(shown.getUTCDay() + 6) % 7];
  return (
    shown.toISOString().slice(11, 16) === start &&
    (days === undefined || (day !== undefined && days.includes(day)))
  );
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The zone's clock as minutes since 1970 on a calendar without time zones. */
function localMinute(zone: string, at: number): number {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  clocks.set(zone, clock);
  return Date.parse(`${clock.format(at).replace(" ", "T")}Z`) / minute;
}
