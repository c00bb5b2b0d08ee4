import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { secondsIn } from "../spans/seconds-in.ts";
import { measureAvailability } from "./measure-availability.ts";
import { monthSpan } from "./month-span.ts";
import { type DailyHours, serviceHours } from "./service-hours.ts";

const office: DailyHours = { weekdays: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1080 };
const paris = Zone.of("Europe/Paris");
const at = Zone.parseInstant;
const hoursIn = (hours: DailyHours[], month: string, holidays: string[] = []) =>
  secondsIn(serviceHours(hours, holidays.map(LocalDate.parse), paris, monthSpan(month, paris))) / 3600;

describe("the hours of a service", () => {
  it("are those of its weekdays, without its holidays", () => {
    expect(hoursIn([office], "2026-03")).toBe(220);
    expect(hoursIn([office], "2026-03", ["2026-03-02", "2026-03-07"])).toBe(210);
    expect(hoursIn([office, { weekdays: [6], fromMinute: 540, toMinute: 720 }], "2026-03")).toBe(232);
    expect(hoursIn([], "2026-03")).toBe(0);
  });

  it("count once when they overlap, and follow the clocks", () => {
    expect(hoursIn([office, { ...office, fromMinute: 600 }], "2026-03")).toBe(220);
    const whole = { weekdays: [1, 2, 3, 4, 5, 6, 7], fromMinute: 0, toMinute: 0 };
    expect(hoursIn([whole], "2026-03")).toBe(31 * 24 - 1);
    expect(hoursIn([whole], "2026-10")).toBe(31 * 24 + 1);
  });

  it("begin and end within a changed hour as the clocks show it", () => {
    const sunday = (fromMinute: number, toMinute: number) => ({ weekdays: [7], fromMinute, toMinute });
    expect(hoursIn([sunday(135, 165)], "2026-10")).toBe(2.5);
    const hours = serviceHours([sunday(150, 210)], [], paris, monthSpan("2026-03", paris));
    const down = [{ from: at("2026-03-29T01:00:00Z"), to: at("2026-03-29T01:30:00Z") }];
    const level = { targetMillionths: 999_000, unknownTime: "excluded" } as const;
    expect(
      measureAvailability(monthSpan("2026-03", paris), { down, planned: [], unknown: [], hours }, level),
    ).toMatchObject({ total: 16_200, down: 1800, targetMet: false });
  });

  it("past midnight belong to the date on which they begin", () => {
    const night = { weekdays: [6], fromMinute: 1320, toMinute: 360 };
    const span = (from: string, to: string) => ({ from: at(from), to: at(to) });
    const month = monthSpan("2026-02", paris);
    expect(serviceHours([night], [], paris, month)[0]).toEqual(
      span("2026-01-31T23:00:00Z", "2026-02-01T05:00:00Z"),
    );
    expect(serviceHours([night], [], paris, month).at(-1)).toEqual(
      span("2026-02-28T21:00:00Z", "2026-02-28T23:00:00Z"),
    );
    expect(serviceHours([night], [LocalDate.parse("2026-01-31")], paris, month)).toHaveLength(4);
  });

  it("are the measured time", () => {
    const facts = { down: [{ from: 0, to: 60 }], planned: [{ from: 100, to: 130 }], unknown: [] };
    const hours = [
      { from: 50, to: 150 },
      { from: 900, to: 2000 },
    ];
    const level = { targetMillionths: 900_000, unknownTime: "excluded" } as const;
    expect(measureAvailability({ from: 0, to: 1000 }, { ...facts, hours }, level)).toMatchObject({
      ...{ total: 200, planned: 30, down: 10, agreed: 170, available: 160, allowance: 17 },
    });
  });
});
