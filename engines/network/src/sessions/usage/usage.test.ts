import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { bundlesOf } from "../bundles-of.ts";
import type { Session, UsageSpan } from "../records/session.ts";
import { bytesUntil } from "./bytes-until.ts";
import { type PeriodRule, periodOf, periodsBetween } from "./period-rule.ts";
import { type Attribution, usagePerPeriod } from "./usage-per-period.ts";

const paris = Zone.of("Europe/Paris");
const at = Zone.parseInstant;
const date = LocalDate.parse;

function session(usage: readonly UsageSpan[], more: Partial<Session> = {}): Session {
  const [beganAt, lastNewsAt] = [usage[0]?.from ?? 0, usage.at(-1)?.to ?? 0];
  const sum = (way: "upload" | "download") => usage.reduce((total, span) => total + span[way], 0n);
  return {
    ...{ nas: "n", id: "1", user: "alice", beganAt, lastNewsAt, startSeen: true, end: undefined, usage },
    ...{ upload: sum("upload"), download: sum("download"), wraps: 0, resets: 0 },
    ...{ multiSession: undefined, class: undefined, ...more },
  };
}

function span(from: string, to: string, download: bigint, upload = 0n): UsageSpan {
  return { from: at(from), to: at(to), upload, download };
}

function perDay(
  sessions: readonly Session[],
  from: string,
  to: string,
  attribution: Attribution = "proportional",
) {
  const periods = periodsBetween({ unit: "day" }, paris, at(from), at(to));
  return usagePerPeriod(sessions, periods, paris, attribution).map(
    ({ period, download, upload, seconds }) => `${period.from} ${download} ${upload} ${seconds}`,
  );
}

describe("usage over midnight", () => {
  // Midnight of Paris is 23:00 UTC in winter.
  const night = [session([span("2026-01-10T22:50:00Z", "2026-01-10T23:05:00Z", 1000n, 10n)])];

  it("is spread evenly over the time, in the tenant's zone, and no byte is lost", () => {
    expect(perDay(night, "2026-01-10T12:00:00Z", "2026-01-11T12:00:00Z")).toEqual([
      "2026-01-10 666 6 600",
      "2026-01-11 334 4 300",
    ]);
  });

  it("belongs to the later day when the tenant's setting counts by arrival", () => {
    expect(perDay(night, "2026-01-10T12:00:00Z", "2026-01-11T12:00:00Z", "arrival")).toEqual([
      "2026-01-10 0 0 600",
      "2026-01-11 1000 10 300",
    ]);
    const exactly = [session([span("2026-01-10T22:00:00Z", "2026-01-10T23:00:00Z", 7n)])];
    expect(perDay(exactly, "2026-01-10T12:00:00Z", "2026-01-11T12:00:00Z", "arrival")).toEqual([
      "2026-01-10 0 0 3600",
      "2026-01-11 7 0 0",
    ]);
    expect(perDay(exactly, "2026-01-10T12:00:00Z", "2026-01-11T12:00:00Z")).toEqual([
      "2026-01-10 7 0 3600",
      "2026-01-11 0 0 0",
    ]);
  });

  it("of one instant belongs to the period that contains the instant", () => {
    const instant = [session([span("2026-01-10T23:00:00Z", "2026-01-10T23:00:00Z", 7n)])];
    expect(perDay(instant, "2026-01-10T12:00:00Z", "2026-01-11T12:00:00Z")).toEqual([
      "2026-01-10 0 0 0",
      "2026-01-11 7 0 0",
    ]);
  });

  it("of one instant before or after the periods belongs to none", () => {
    const sudden = ["2026-01-10T12:00:00Z", "2026-01-13T12:00:00Z"].map((text) =>
      session([span(text, text, 7n)]),
    );
    expect(perDay(sudden, "2026-01-11T12:00:00Z", "2026-01-11T13:00:00Z")).toEqual(["2026-01-11 0 0 0"]);
  });

  it("follows days of 23 and 25 hours", () => {
    const day = session([span("2026-03-28T23:00:00Z", "2026-03-29T23:00:00Z", 2400n)]);
    expect(perDay([day], "2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z")).toEqual([
      "2026-03-29 2300 0 82800",
      "2026-03-30 100 0 3600",
    ]);
    const long = session([span("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 2500n)]);
    expect(perDay([long], "2026-10-25T00:00:00Z", "2026-10-25T23:00:00Z")).toEqual([
      "2026-10-25 2500 0 90000",
    ]);
  });

  it("adds up over sessions, and excludes usage outside the requested periods", () => {
    const two = [...night, ...night, session([span("2026-02-01T00:00:00Z", "2026-02-01T01:00:00Z", 9n)])];
    expect(perDay(two, "2026-01-10T12:00:00Z", "2026-01-10T13:00:00Z")).toEqual(["2026-01-10 1332 12 1200"]);
  });

  it("counts time to the end of a session, and to the last record of an open one", () => {
    const usage = [span("2026-01-10T12:00:00Z", "2026-01-10T12:10:00Z", 1n)];
    const ended = session(usage, { end: { at: at("2026-01-10T12:20:00Z"), by: "nas-restart" } });
    expect(perDay([ended], "2026-01-10T00:00:00Z", "2026-01-10T01:00:00Z")).toEqual(["2026-01-10 1 0 1200"]);
    expect(perDay([session(usage)], "2026-01-10T00:00:00Z", "2026-01-10T01:00:00Z")).toEqual([
      "2026-01-10 1 0 600",
    ]);
  });

  it("refuses periods that overlap, are out of order or empty", () => {
    const period = (from: string, to: string) => ({ from: date(from), to: date(to) });
    const ask = (...periods: ReturnType<typeof period>[]) =>
      usagePerPeriod(night, periods, paris, "proportional");
    expect(ask(period("2026-01-01", "2026-01-11"), period("2026-01-11", "2026-02-01"))).toHaveLength(2);
    expect(() => ask(period("2026-01-01", "2026-01-12"), period("2026-01-11", "2026-02-01"))).toThrow(
      /found 2026-01-11\/2026-02-01 after one that ends on 2026-01-12/,
    );
    expect(() => ask(period("2026-01-01", "2026-01-01"))).toThrow(
      /periods in order that do not overlap; found 2026-01-01\/2026-01-01: `to` is the first date after a period/,
    );
    expect(() => ask(period("2026-01-01", "2026-01-01"))).toThrow(
      expect.objectContaining({ code: "FACTS_INVALID" }),
    );
  });
});

describe("bytes until an instant", () => {
  it.each([
    [9, 0n],
    [10, 0n],
    [11, 3n],
    [12, 6n],
    [13, 10n],
    [14, 10n],
  ])("at %i are %s", (instant, bytes) => {
    expect(bytesUntil(10n, { from: 10, to: 13 }, instant)).toBe(bytes);
  });
});

describe("periods", () => {
  const of = (rule: PeriodRule, text: string) => {
    const { from, to } = periodOf(rule, date(text));
    return `${from}/${to}`;
  };

  it("of days, weeks and months contain the date", () => {
    expect(of({ unit: "day" }, "2026-02-28")).toBe("2026-02-28/2026-03-01");
    // 2026-03-20 is a Friday.
    expect(of({ unit: "week", dayOfWeek: 1 }, "2026-03-20")).toBe("2026-03-16/2026-03-23");
    expect(of({ unit: "week", dayOfWeek: 5 }, "2026-03-20")).toBe("2026-03-20/2026-03-27");
    expect(of({ unit: "week", dayOfWeek: 6 }, "2026-03-20")).toBe("2026-03-14/2026-03-21");
    expect(of({ unit: "month", dayOfMonth: 1 }, "2026-03-20")).toBe("2026-03-01/2026-04-01");
    expect(of({ unit: "month", dayOfMonth: 20 }, "2026-03-20")).toBe("2026-03-20/2026-04-20");
    expect(of({ unit: "month", dayOfMonth: 21 }, "2026-03-20")).toBe("2026-02-21/2026-03-21");
  });

  it("of months begin on the last day of a month that is too short, and return to their day", () => {
    const rule: PeriodRule = { unit: "month", dayOfMonth: 31 };
    expect(of(rule, "2026-02-27")).toBe("2026-01-31/2026-02-28");
    expect(of(rule, "2026-02-28")).toBe("2026-02-28/2026-03-31");
    expect(of(rule, "2026-12-31")).toBe("2026-12-31/2027-01-31");
  });

  it("between two instants contain every second and no more", () => {
    const days = (from: string, to: string) =>
      periodsBetween({ unit: "day" }, paris, at(from), at(to)).map(({ from: first }) => first.text);
    expect(days("2026-01-10T23:00:00Z", "2026-01-11T23:00:00Z")).toEqual(["2026-01-11"]);
    expect(days("2026-01-10T22:59:59Z", "2026-01-11T23:00:01Z")).toEqual([
      "2026-01-10",
      "2026-01-11",
      "2026-01-12",
    ]);
    expect(days("2026-01-11T12:00:00Z", "2026-01-10T12:00:00Z")).toEqual([]);
  });

  it("are at most 4000 at once", () => {
    const until = (to: string) => periodsBetween({ unit: "day" }, paris, at("2000-01-01T12:00:00Z"), at(to));
    expect(until("2010-12-13T12:00:00Z")).toHaveLength(4000);
    expect(() => until("2010-12-14T12:00:00Z")).toThrow(/at most 4000 periods of a day; found more: ask for/);
    expect(() => until("2010-12-14T12:00:00Z")).toThrow(expect.objectContaining({ code: "FACTS_INVALID" }));
  });
});

describe("linked sessions", () => {
  const links = [
    session([span("2026-01-10T12:00:00Z", "2026-01-10T12:10:00Z", 5n, 1n)], { multiSession: "b", id: "1" }),
    session([span("2026-01-10T12:05:00Z", "2026-01-10T12:20:00Z", 7n, 2n)], { multiSession: "b", id: "2" }),
    session([span("2026-01-10T12:00:00Z", "2026-01-10T12:10:00Z", 3n)], { multiSession: "a", user: "bob" }),
    session([span("2026-01-10T12:00:00Z", "2026-01-10T12:10:00Z", 9n)]),
  ];
  const ended = (one: Session, text: string): Session => ({ ...one, end: { at: at(text), by: "stale" } });

  it("add up by their Acct-Multi-Session-Id and user", () => {
    expect(bundlesOf(links)).toEqual([
      expect.objectContaining({ id: "a", user: "bob", download: 3n, endedAt: undefined }),
      {
        id: "b",
        user: "alice",
        sessions: links.slice(0, 2),
        beganAt: at("2026-01-10T12:00:00Z"),
        endedAt: undefined,
        upload: 3n,
        download: 12n,
      },
    ]);
    expect(bundlesOf(links.map((one) => ({ ...one, multiSession: "x" })))).toHaveLength(2);
  });

  it("end when the last of them ends", () => {
    const [one, other] = links.map((link, index) => ended(link, `2026-01-10T12:${index + 1}0:00Z`));
    if (one === undefined || other === undefined) throw new Error("two links");
    expect(bundlesOf([other, one])).toMatchObject([{ endedAt: at("2026-01-10T12:20:00Z") }]);
    expect(bundlesOf([one, { ...other, end: undefined }])).toMatchObject([{ endedAt: undefined }]);
  });
});
