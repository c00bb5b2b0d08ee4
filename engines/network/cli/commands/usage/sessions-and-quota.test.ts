import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

const record = {
  status: "stop",
  nas: "bng-1",
  session: "1",
  user: "anna",
  arrivedAt: "2026-03-20T10:00:00Z",
};
const sessions = (more: object, given: object = {}) =>
  run(network, "sessions", {
    ...{ zone: "UTC", asOf: "2026-03-20T12:00:00Z", records: [{ ...record, ...more }], ...given },
  });
const plan = { zone: "UTC", cycle: { unit: "day" }, included: 1000 };
const quota = (more: object, given: object = {}) =>
  run(network, "quota", {
    ...{
      plan: { ...plan, ...more },
      since: "2026-03-20T00:00:00Z",
      usage: [],
      asOf: "2026-03-20T23:00:00Z",
      ...given,
    },
  });

describe("a session that ends at midnight", () => {
  const midnight = { arrivedAt: "2026-03-20T00:00:00Z", download: 9 };
  const days = (more: object, given: object = {}) =>
    sessions({ ...midnight, ...more }, given).usage.map(({ from, download, seconds }: Row) => [
      ...[from.slice(8), download, seconds],
    ]);
  type Row = { from: string; download: number; seconds: number };

  it("has no row for the day that begins then", () => {
    expect(days({ seconds: 600 })).toEqual([["19", 9, 600]]);
    expect(days({ seconds: 600, download: 0 }, { attribution: "arrival" })).toEqual([["19", 0, 600]]);
  });

  it("has such a row when its bytes belong to that instant, or it began then", () => {
    expect(days({ seconds: 600 }, { attribution: "arrival" })).toEqual([
      ["19", 0, 600],
      ["20", 9, 0],
    ]);
    expect(days({ seconds: 0 })).toEqual([["20", 9, 0]]);
    expect(days({ seconds: 0, download: 0 })).toEqual([["20", 0, 0]]);
    expect(days({ status: "start", download: undefined })).toEqual([["20", 0, 0]]);
  });
});

describe("a quota", () => {
  it("with two steps of one name is refused at the name", () => {
    const step = (percent: number) => ({ name: "slow", percent, download: 1, upload: 1 });
    expect(quota({ steps: [step(100), step(150)] }).faults).toEqual([
      'plan.steps[1].name: expected a name of its own for each step; found "slow" twice: correct the plan',
    ]);
  });
});

describe("a count whose octets and gigawords are of two moments", () => {
  const at = (minute: string) => ({ arrivedAt: `2026-03-20T10:${minute}:00Z` });
  const wide = { ...record, gigawords: true };
  const account = (middle: number) =>
    sessions(
      {},
      {
        records: [
          { ...record, status: "start", ...at("00") },
          { ...wide, status: "interim", ...at("05"), seconds: 300, download: 4294960000 },
          { ...wide, status: "interim", ...at("10"), seconds: 600, download: middle },
          { ...wide, ...at("15"), seconds: 900, download: 4296967296 },
        ],
      },
    );

  it.each([2000, 8589932261])("adds nothing and is named: %d", (middle) => {
    const { sessions, setAside } = account(middle);
    expect(sessions).toMatchObject([{ download: 4296967296, resets: 0, wraps: 0 }]);
    expect(setAside).toEqual([
      {
        path: "records[2].download",
        message: `expected a count from 4294960000 to 4296967296, as in the records before and after; found ${middle}, as if octets and gigawords were read at two moments: it is not counted`,
      },
    ]);
  });
});

describe("counts of bytes", () => {
  it("are numbers, or digits in quotes beyond 2^53, both ways", () => {
    const settings = { fastestBitsPerSecond: 1_000_000_000_000 };
    const found = sessions({ upload: 7, download: "18446744073709551615", gigawords: true }, { settings });
    expect(found.sessions).toMatchObject([{ upload: 7, download: "18446744073709551615" }]);
  });

  it.each([[-1], ["-1"], ["1.5"], [1.5], [null], [2 ** 53]])("are refused as %j", (download) => {
    expect(sessions({ download }).faults).toEqual([
      expect.stringMatching(
        /^records\[0\].download: expected a whole number of 0 or more, in quotes beyond 2\^53/,
      ),
    ]);
  });
});

describe("sessions", () => {
  it("are counted by billing periods when dates are given", () => {
    const dates = [
      { from: "2026-02-15", to: "2026-03-15" },
      { from: "2026-03-15", to: "2026-04-15" },
    ];
    expect(sessions({ download: 5, seconds: 60 }, { periods: { unit: "dates", dates } }).usage).toEqual([
      { user: "anna", from: "2026-02-15", to: "2026-03-15", upload: 0, download: 0, seconds: 0 },
      { user: "anna", from: "2026-03-15", to: "2026-04-15", upload: 0, download: 5, seconds: 60 },
    ]);
    expect(sessions({}, { periods: { unit: "dates", dates: dates.toReversed() } }).faults).toEqual([
      expect.stringMatching(/^: expected periods in order/),
    ]);
  });

  it("that are linked are printed as bundles, and open ones without an end", () => {
    const found = sessions({ status: "start", multiSession: "m" }, { settings: { interimSeconds: null } });
    expect(found.bundles).toMatchObject([{ id: "m", sessions: 1, endedAt: null }]);
    expect(found.sessions).toMatchObject([{ end: null, multiSession: "m" }]);
    expect(sessions({}, { records: [] })).toEqual({ sessions: [], bundles: [], usage: [], setAside: [] });
  });

  it("need a session id in all records but those of a whole NAS", () => {
    expect(sessions({ session: undefined })).toMatchObject({
      sessions: [],
      setAside: [
        {
          path: "records[0]",
          message:
            "expected a session id; found none in the record of status stop: the record does not count",
        },
      ],
    });
    expect(sessions({ status: "on", session: undefined }).sessions).toEqual([]);
  });
});

describe("a quota", () => {
  it("has windows to the end of a day, written 00:00 or 24:00", () => {
    const usage = [{ from: "2026-03-20T22:00:00Z", to: "2026-03-20T23:00:00Z", upload: 10 }];
    for (const to of ["00:00", "24:00"]) {
      const found = quota({ windows: [{ from: "22:30", to, weight: "0" }] }, { usage });
      expect(found).toMatchObject({ used: 5, next: { at: "2026-03-21T00:00:00Z", why: "cycle" } });
    }
  });

  it("prints the present speed", () => {
    const usage = [{ from: "2026-03-20T22:00:00Z", to: "2026-03-20T22:00:00Z", upload: 1000 }];
    const steps = [{ name: "slow", percent: 100, download: 2, upload: 1 }];
    expect(quota({ steps }, { usage })).toMatchObject({
      step: { name: "slow", percent: 100, download: 2, upload: 1 },
      steps: [{ at: "2026-03-20T22:00:00Z", step: "slow" }],
    });
  });

  it.each([
    [
      { windows: [{ from: "25:00", to: "06:00", weight: "1" }] },
      /from: expected a time from "00:00" to "23:59"/,
    ],
    [
      { windows: [{ from: "9:00", to: "18:00", weight: "1" }] },
      /^plan.windows\[0\].from: expected a time from "00:00" to "23:59"; found "9:00": write "09:00"$/,
    ],
    [
      { windows: [{ from: "22:00", to: "6pm", weight: "1" }] },
      /^plan.windows\[0\].to: expected a time from .*; found "6pm": write a time from "00:00" to "24:00"$/,
    ],
    [
      { windows: [{ from: "22:00", to: "06:00", weight: "0.5" }] },
      /weight: expected a whole number or a fraction/,
    ],
    [
      { windows: [{ from: "22:00", to: "06:00", weight: "1/0" }] },
      /weight: expected a whole number or a fraction/,
    ],
    [
      { windows: [{ from: "24:00", to: "06:00", weight: "1" }] },
      /^plan.windows\[0\].from: expected a time from "00:00" to "23:59"; found "24:00"/,
    ],
    [
      { cycle: { unit: "year" } },
      /^plan.cycle.unit: expected an object whose unit is one of month, week, day/,
    ],
  ])("refuses an invalid plan %#", (more, fault) => {
    expect(quota(more).faults).toEqual([expect.stringMatching(fault)]);
  });
});
