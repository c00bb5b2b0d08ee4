import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { run } from "../../oracle/run.ts";
import { Cycle } from "./cycle.ts";
import { cycleOfPeriod } from "./cycle-of-period.ts";
import { type Alignment, CycleRule, type CycleUnit, cycleUnits } from "./cycle-rule.ts";
import { Period } from "./period.ts";
import { timelineOf } from "./timeline.ts";

const date = LocalDate.parse;
const anniversary: Alignment = { kind: "anniversary" };

function boundaries(
  unit: CycleUnit,
  count: number,
  alignment: Alignment,
  start: string,
  many: number,
): string[] {
  const cycle = Cycle.of(CycleRule.of(unit, count, alignment), date(start));
  const first = cycle.indexOf(date(start));
  return Array.from({ length: many }, (_, step) => cycle.boundary(first + step).text);
}

describe("a billing cycle", () => {
  it.each<[string, CycleUnit, number, Alignment, string, string[]]>([
    [
      "comes back to the 31st after February",
      "month",
      1,
      anniversary,
      "2026-01-31",
      ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"],
    ],
    [
      "uses the 29th in a leap year",
      "month",
      1,
      anniversary,
      "2024-01-31",
      ["2024-01-31", "2024-02-29", "2024-03-31"],
    ],
    [
      "counts from the 30th",
      "month",
      1,
      anniversary,
      "2023-12-30",
      ["2023-12-30", "2024-01-30", "2024-02-29", "2024-03-30"],
    ],
    [
      "of quarters",
      "quarter",
      1,
      anniversary,
      "2025-11-30",
      ["2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30"],
    ],
    ["of half-years", "half-year", 1, anniversary, "2025-08-31", ["2025-08-31", "2026-02-28", "2026-08-31"]],
    [
      "of years from a leap day",
      "year",
      1,
      anniversary,
      "2024-02-29",
      ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
    ],
    ["of every other week", "week", 2, anniversary, "2026-12-25", ["2026-12-25", "2027-01-08", "2027-01-22"]],
    ["of calendar months", "month", 1, { kind: "calendar" }, "2026-03-17", ["2026-03-01", "2026-04-01"]],
    [
      "of calendar months from the 25th",
      "month",
      1,
      { kind: "calendar", dayOfMonth: 25 },
      "2021-09-16",
      ["2021-08-25", "2021-09-25", "2021-10-25"],
    ],
    [
      "of calendar months from the 31st",
      "month",
      1,
      { kind: "calendar", dayOfMonth: 31 },
      "2026-02-28",
      ["2026-02-28", "2026-03-31", "2026-04-30"],
    ],
    [
      "of calendar quarters",
      "quarter",
      1,
      { kind: "calendar" },
      "2026-05-20",
      ["2026-04-01", "2026-07-01", "2026-10-01", "2027-01-01"],
    ],
    [
      "of quarters from February",
      "quarter",
      1,
      { kind: "calendar", month: 2 },
      "2026-01-20",
      ["2025-11-01", "2026-02-01"],
    ],
    [
      "of fiscal years from April",
      "year",
      1,
      { kind: "calendar", month: 4, dayOfMonth: 6 },
      "2026-03-01",
      ["2025-04-06", "2026-04-06"],
    ],
    [
      "of calendar weeks from Monday",
      "week",
      1,
      { kind: "calendar" },
      "2026-11-25",
      ["2026-11-23", "2026-11-30"],
    ],
    [
      "of calendar weeks from Friday",
      "week",
      1,
      { kind: "calendar", dayOfWeek: 5 },
      "2022-06-03",
      ["2022-06-03", "2022-06-10"],
    ],
    [
      "long before the calendar's origin",
      "week",
      1,
      { kind: "calendar", dayOfWeek: 7 },
      "1970-01-01",
      ["1969-12-28", "1970-01-04"],
    ],
    [
      "of an anniversary with a day of its own",
      "month",
      1,
      { kind: "anniversary", dayOfMonth: 31 },
      "2026-02-28",
      ["2026-02-28", "2026-03-31"],
    ],
    ["of 18 months", "month", 18, anniversary, "2024-08-31", ["2024-08-31", "2026-02-28", "2027-08-31"]],
  ])("%s", (_, unit, count, alignment, start, expected) => {
    expect(boundaries(unit, count, alignment, start, expected.length)).toEqual(expected);
  });

  it("puts every date into exactly one period, for any rule", () => {
    const place = (unit: CycleUnit, kind: Alignment["kind"], dayOfMonth: number): Alignment => {
      if (unit === "day") return anniversary;
      return unit === "week" ? { kind } : { kind, dayOfMonth };
    };
    const rule = fc.record({
      unit: fc.constantFrom(...cycleUnits),
      count: fc.integer({ min: 1, max: 13 }),
      dayOfMonth: fc.integer({ min: 1, max: 31 }),
      kind: fc.constantFrom("anniversary" as const, "calendar" as const),
      start: fc.integer({ min: 0, max: 20_000 }),
      day: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(rule, ({ unit, count, dayOfMonth, kind, start, day }) => {
        const alignment = place(unit, kind, dayOfMonth);
        const cycle = Cycle.of(CycleRule.of(unit, count, alignment), LocalDate.fromDay(start));
        const index = cycle.indexOf(LocalDate.fromDay(day));
        const period = cycle.period(index);
        expect(period.contains(LocalDate.fromDay(day))).toBe(true);
        expect(cycle.period(index + 1).from).toBe(period.to);
        expect(cycle.period(index - 1).to).toBe(period.from);
      }),
      runs(1000),
    );
  });

  it.each<[string, () => CycleRule]>([
    ["count", () => CycleRule.of("month", 0, anniversary)],
    ["count", () => CycleRule.of("month", 1.5, anniversary)],
    ["count", () => CycleRule.of("month", 121, anniversary)],
    ["dayOfMonth", () => CycleRule.of("month", 1, { kind: "anniversary", dayOfMonth: 32 })],
    ["month", () => CycleRule.of("year", 1, { kind: "calendar", month: 13 })],
    ["dayOfWeek", () => CycleRule.of("week", 1, { kind: "calendar", dayOfWeek: 0 })],
  ])("refuses a %s outside of its range", (name, make) => {
    expect(make).toThrow(
      expect.objectContaining({ code: "CYCLE_INVALID", message: expect.stringContaining(name) }),
    );
  });

  it.each<[string, CycleUnit, Alignment]>([
    ["dayOfWeek", "month", { kind: "calendar", dayOfWeek: 3 }],
    ["dayOfWeek", "year", { kind: "calendar", dayOfMonth: 1, dayOfWeek: 2 }],
    ["dayOfMonth", "week", { kind: "calendar", dayOfMonth: 3 }],
    ["dayOfMonth", "week", { kind: "anniversary", dayOfMonth: 3 }],
    ["month", "week", { kind: "calendar", dayOfWeek: 3, month: 4 }],
  ])("refuses a %s for a cycle of unit %s", (field, unit, alignment) => {
    expect(() => CycleRule.of(unit, 1, alignment)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(new RegExp(`^expected no ${field} for .*"${unit}"; found one: write`)),
        details: [expect.objectContaining({ path: ["alignment", field] })],
      }),
    );
  });

  it("reports the length of its period", () => {
    const lengths = cycleUnits.map((unit) => CycleRule.of(unit, 2, anniversary));
    expect(lengths.map(({ months }) => months)).toEqual([0, 0, 2, 6, 12, 24]);
    expect(lengths.map(({ days }) => days)).toEqual([2, 14, 0, 0, 0, 0]);
  });

  it("is derived only from a period of whole months", () => {
    const found = cycleOfPeriod(Period.of(date("2026-02-28"), date("2026-03-31")));
    expect(found.period(1).toString()).toBe("2026-03-31/2026-04-30");
    expect(cycleOfPeriod(Period.of(date("2026-02-28"), date("2026-03-30"))).anchorDay).toBe(30);
    expect(cycleOfPeriod(Period.of(date("2026-01-15"), date("2026-04-15"))).rule.months).toBe(3);
    expect(cycleOfPeriod(Period.of(date("2016-01-01"), date("2026-01-01"))).rule.months).toBe(120);
    expect(() => cycleOfPeriod(Period.of(date("2026-01-15"), date("2026-01-20")))).toThrow(
      /whole months; found 2026-01-15/,
    );
  });
});

describe("a local date", () => {
  it.each([
    "2026-02-29",
    "2026-13-01",
    "2026-1-1",
    "20260101",
    "2026-01-01T00:00:00Z",
    "",
    "yesterday",
    "+002026-01-01",
    "2026-01-01[u-ca=hebrew]",
  ])("refuses %j", (text) => {
    expect(() => date(text)).toThrow(
      expect.objectContaining({ code: "DATE_INVALID", message: expect.stringContaining("YYYY-MM-DD") }),
    );
  });

  it.each(["1899-12-31", "2200-01-01"])("refuses %s, which is out of range", (text) => {
    expect(() => date(text)).toThrow(/from 1900-01-01 to 2199-12-31/);
  });

  it("counts days over leap years and back", () => {
    expect(date("2024-02-28").plusDays(2).text).toBe("2024-03-01");
    expect(date("2023-02-28").plusDays(2).text).toBe("2023-03-02");
    expect(date("2024-03-01").daysUntil(date("2024-02-01"))).toBe(-29);
    expect(date("1970-01-01").day).toBe(0);
    expect(date("1900-01-01").plusDays(109_572).text).toBe("2199-12-31");
    expect(LocalDate.fromDay(20_000)).toBe(date("2024-10-04"));
    expect([date("2024-02-29").year, date("2024-02-29").month, date("2024-02-29").dayOfMonth]).toEqual([
      2024, 2, 29,
    ]);
    expect(JSON.stringify(date("2024-02-29"))).toBe('"2024-02-29"');
  });

  it("limits a period that is never empty", () => {
    const period = Period.of(date("2026-02-01"), date("2026-03-01"));
    expect(period.days()).toBe(28);
    expect([period.contains(period.from), period.contains(period.to)]).toEqual([true, false]);
    expect(() => Period.of(date("2026-02-01"), date("2026-02-01"))).toThrow(
      /end is after its start 2026-02-01; found the end 2026-02-01/,
    );
  });
});

describe("an instant", () => {
  it("is another billing day in Paris than in Tokyo", () => {
    const second = Zone.parseInstant("2026-01-31T16:00:00Z");
    expect(Zone.of("Europe/Paris").dateOf(second).text).toBe("2026-01-31");
    expect(Zone.of("Asia/Tokyo").dateOf(second).text).toBe("2026-02-01");
  });

  it.each([
    ["Europe/Paris", "2026-03-29", 23],
    ["Europe/Paris", "2026-10-25", 25],
    ["Europe/Paris", "2026-06-01", 24],
    ["America/Sao_Paulo", "2018-11-04", 23],
    ["Asia/Kathmandu", "2026-03-29", 24],
  ])("in %s on %s belongs to a day of %d hours", (zone, text, hours) => {
    const seconds = timelineOf("second", Zone.of(zone));
    const day = date(text);
    expect(seconds.startOf(day.plusDays(1)) - seconds.startOf(day)).toBe(hours * 3600);
    expect(seconds.dateOf(seconds.startOf(day))).toBe(day);
    expect(seconds.dateOf(seconds.startOf(day) - 1)).toBe(day.plusDays(-1));
  });

  it("requires an offset, and is cut to whole seconds", () => {
    expect(Zone.parseInstant("1970-01-01T00:00:01.999Z")).toBe(1);
    expect(Zone.parseInstant("1969-12-31T23:59:59.5Z")).toBe(-1);
    expect(() => Zone.parseInstant("2026-01-31T16:00:00")).toThrow(/instant with its offset/);
    expect(() => Zone.of("Mars/Olympus")).toThrow(/IANA database.*Mars/);
  });

  it("has the place on both timelines that its zone gives it", () => {
    const zone = Zone.of("Asia/Tokyo");
    const at = Zone.parseInstant("2026-01-31T16:00:00Z");
    expect(timelineOf("day", zone).tickOf({ at })).toBe(date("2026-02-01").day);
    expect(timelineOf("second", zone).tickOf({ at })).toBe(at);
    expect(timelineOf("second", zone).tickOf({ on: date("2026-02-01") })).toBe(at - 3600);
    expect(timelineOf("day", zone).dateOf(date("2026-02-01").day).text).toBe("2026-02-01");
  });

  it("on both sides of a clock change leaves twelve equal months in a year", () => {
    const cycle = Cycle.of(CycleRule.of("month", 1, { kind: "calendar" }), date("2026-01-01"));
    const seconds = timelineOf("second", Zone.of("Europe/Paris"));
    const lengths = Array.from({ length: 12 }, (_, index) =>
      cycle.period(cycle.indexOf(date("2026-01-01")) + index),
    ).map(({ from, to }) => seconds.startOf(to) - seconds.startOf(from));
    expect(lengths.reduce((sum, one) => sum + one, 0)).toBe(365 * 86_400);
    expect(lengths[2]).toBe(31 * 86_400 - 3600);
  });
});

describe("a period within a trial", () => {
  it.each([
    ["calendar", "2026-01-20", ["2026-01-01 2026-01-20", "2026-02-01 2026-02-01"]],
    ["anniversary", "2026-01-24", ["2026-01-24 2026-01-24", "2026-02-24 2026-02-24"]],
  ])("is billed on its first charged day, and not if all of it is free: %s", (kind, on, expected) => {
    const input = { cycle: { unit: "month", alignment: { kind } }, start: { on: "2026-01-10" } };
    const { periods } = run("periods", { ...input, trialEnd: { on }, from: "2026-01-11", count: 2 });
    expect(periods.map(({ from, billed }: Record<string, string>) => `${from} ${billed}`)).toEqual(expected);
  });
});
