import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import { Topology } from "../topology/topology.ts";
import type { MaintenanceWindow, Recurring } from "./maintenance-window.ts";
import { plannedWork } from "./planned-work.ts";
import { windowSpans } from "./window-spans.ts";

const at = Zone.parseInstant;
const paris = Zone.of("Europe/Paris");
const year = { from: at("2026-01-01T00:00:00Z"), to: at("2027-01-01T00:00:00Z") };
const nightly = (more: Partial<Recurring> = {}): Recurring => ({
  kind: "recurring",
  zone: paris,
  weekdays: [7],
  fromMinute: 120,
  toMinute: 240,
  starts: LocalDate.parse("2026-03-01"),
  ...more,
});
const window = (
  when: MaintenanceWindow["when"],
  more: Partial<MaintenanceWindow> = {},
): MaintenanceWindow => ({
  id: "w",
  devices: ["core"],
  withChildren: false,
  when,
  ...more,
});
const print = (spans: readonly { from: number; to: number }[]) =>
  spans.map(({ from, to }) => `${Zone.printInstant(from)} ${(to - from) / 60}`);
const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const opened = (when: Recurring, from: string, to: string) =>
  print(windowSpans(window(when), { from: at(from), to: at(to) }));

describe("a maintenance window", () => {
  it("opens once within the requested time", () => {
    const once = { kind: "once", from: at("2026-03-01T22:00:00Z"), to: at("2026-03-02T02:00:00Z") } as const;
    expect(print(windowSpans(window(once), year))).toEqual(["2026-03-01T22:00:00Z 240"]);
    expect(print(windowSpans(window(once), { ...year, to: once.from + 60 }))).toEqual([
      "2026-03-01T22:00:00Z 1",
    ]);
    expect(refusalOf(() => windowSpans(window({ ...once, to: once.from - 1 }), year))).toContain(
      'expected the window "w" to end after its begin 2026-03-01T22:00:00Z; found the end 2026-03-01T21:59:59Z: exchange the two',
    );
  });

  it("opens at its local times, before and after summer time", () => {
    expect(
      opened(nightly({ fromMinute: 60, toMinute: 330 }), "2026-03-20T00:00:00Z", "2026-04-06T00:00:00Z"),
    ).toEqual(["2026-03-22T00:00:00Z 270", "2026-03-29T00:00:00Z 210", "2026-04-04T23:00:00Z 270"]);
  });

  it("does not open in a skipped hour, and is longer over a repeated one", () => {
    const hour = nightly({ toMinute: 180 });
    expect(opened(hour, "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z")).toEqual([]);
    expect(opened(hour, "2026-10-24T12:00:00Z", "2026-10-26T00:00:00Z")).toEqual([
      "2026-10-25T00:00:00Z 120",
    ]);
  });

  it.each([
    ["2026-03-29", "02:15-02:45", []],
    ["2026-03-29", "01:30-02:30", ["2026-03-29T00:30:00Z 30"]],
    ["2026-03-29", "02:30-03:30", ["2026-03-29T01:00:00Z 30"]],
    ["2026-10-25", "01:30-02:30", ["2026-10-24T23:30:00Z 60", "2026-10-25T01:00:00Z 30"]],
  ])("on %s at %s is open while the clocks show its times", (date, times, spans) => {
    const [fromMinute = 0, toMinute = 0] = times.split("-").map(minuteOf);
    const starts = LocalDate.parse(date);
    expect(print(windowSpans(window(nightly({ fromMinute, toMinute, starts, ends: starts })), year))).toEqual(
      spans,
    );
  });

  it("can pass midnight, and begin before the requested time", () => {
    const late = nightly({ fromMinute: 1380, toMinute: 60 });
    expect(opened(late, "2026-03-08T22:30:00Z", "2026-03-10T00:00:00Z")).toEqual(["2026-03-08T22:30:00Z 90"]);
    expect(opened(late, "2026-03-08T23:30:00Z", "2026-03-10T00:00:00Z")).toEqual(["2026-03-08T23:30:00Z 30"]);
    expect(
      opened(nightly({ fromMinute: 60, toMinute: 60 }), "2026-03-08T00:00:00Z", "2026-03-10T00:00:00Z"),
    ).toEqual(["2026-03-08T00:00:00Z 1440"]);
  });

  it("opens on the weekdays and weeks of the month named: every first and third Tuesday", () => {
    const tuesdays = nightly({ weekdays: [2], weeksOfMonth: [1, 3], fromMinute: 0, toMinute: 60 });
    expect(opened(tuesdays, "2026-03-01T00:00:00Z", "2026-04-10T00:00:00Z")).toEqual([
      "2026-03-02T23:00:00Z 60",
      "2026-03-16T23:00:00Z 60",
      "2026-04-06T22:00:00Z 60",
    ]);
  });

  it("opens from its first date to its last", () => {
    const daily = nightly({
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      starts: LocalDate.parse("2026-05-01"),
      ends: LocalDate.parse("2026-05-02"),
    });
    expect(print(windowSpans(window(daily), year))).toEqual([
      "2026-05-01T00:00:00Z 120",
      "2026-05-02T00:00:00Z 120",
    ]);
  });

  it("is open at its local times minute by minute, on days without a change of the clocks", () => {
    const minute = fc.nat(1439);
    fc.assert(
      fc.property(minute, minute, fc.subarray([1, 2, 3, 4, 5, 6, 7]), (fromMinute, toMinute, weekdays) => {
        const from = at("2026-06-01T10:07:00Z");
        const to = from + 3 * 86_400;
        const spans = windowSpans(window(nightly({ fromMinute, toMinute, weekdays })), { from, to });
        for (let second = from; second < to; second += 1020) {
          // In June the clocks of Paris are two hours ahead of UTC.
          const now = Math.floor(((second + 7_200) % 86_400) / 60);
          const day = paris.dateOf(second);
          const today = weekdays.includes(day.weekday());
          const yesterday = weekdays.includes(day.plusDays(-1).weekday());
          const open =
            toMinute > fromMinute
              ? today && fromMinute <= now && now < toMinute
              : (today && fromMinute <= now) || (yesterday && now < toMinute);
          expect(spans.some((span) => span.from <= second && second < span.to)).toBe(open);
        }
      }),
      runs(100),
    );
  });
});

describe("planned work", () => {
  const topology = Topology.of([
    { id: "core", parents: [] },
    { id: "other", parents: [] },
    { id: "single", parents: ["core"] },
    { id: "double", parents: ["core", "other"] },
    { id: "below", parents: ["single"] },
  ]);
  const once = (from: number, to: number) => ({ kind: "once", from, to }) as const;
  const plan = (...windows: MaintenanceWindow[]) =>
    Object.fromEntries(
      [...plannedWork(topology, windows, { from: 0, to: 1000 })].map(([id, spans]) => [
        id,
        spans.map(({ from, to }) => `${from}-${to}`).join(),
      ]),
    );

  it("applies only to its devices when children do not inherit", () => {
    expect(plan(window(once(100, 200)))).toEqual({ core: "100-200" });
  });

  it("is inherited by devices without another way, and not by others", () => {
    expect(plan(window(once(100, 200), { withChildren: true }))).toEqual({
      core: "100-200",
      single: "100-200",
      below: "100-200",
    });
  });

  it("is inherited from two parents while both are under work", () => {
    const first = window(once(100, 200), { withChildren: true });
    const second = window(once(150, 300), { id: "v", devices: ["other", "below"], withChildren: true });
    expect(plan(first, second)).toEqual({
      core: "100-200",
      other: "150-300",
      single: "100-200",
      double: "150-200",
      below: "100-300",
    });
    expect(plan(first, { ...second, withChildren: false })).not.toHaveProperty("double");
  });

  it("refuses a window of an unknown device, and two windows of one id", () => {
    expect(refusalOf(() => plan(window(once(1, 2), { devices: ["x"] })))).toContain(
      'expected the devices of the window "w" to be monitored; found "x", which is not: add the device or leave it out',
    );
    expect(refusalOf(() => plan(window(once(1, 2)), window(once(1, 2))))).toContain(
      "every one of the maintenance windows",
    );
  });
});
