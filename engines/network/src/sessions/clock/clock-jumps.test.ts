import { describe, expect, it } from "vitest";
import { accountFor } from "../account-for.ts";
import type { AccountingRecord } from "../records/accounting-record.ts";
import { defaultSessionSettings } from "../records/session-settings.ts";
import { brief, interim, noon, sessions, start, stop } from "../testing/records.ts";
import { bare, clock, named } from "../testing/stamps.ts";

const MB = 1_000_000n;

/** A session with the same bytes in each interval, whose clock is off from report `jump` on. */
function jumping(given: { every: number; reports: number; jump: number; by: number; bytes: bigint }) {
  const { every, reports, jump, by, bytes } = given;
  return Array.from({ length: reports + 1 }, (_, index) => {
    const at = every * index;
    const stamp = clock(at + (index >= jump ? by : 0));
    if (index === 0) return start(0, stamp);
    return (index === reports ? stop : interim)(at, bytes * BigInt(index), stamp);
  });
}

const early = [start(0, clock(0)), interim(300, 5n * MB, clock(300))];

describe("a clock of the NAS that is wrong within a session", () => {
  it("adds no bytes because of a single wrong timestamp, which is reported", () => {
    const records = [...early, interim(600, 8n * MB, clock(120)), stop(900, 10n * MB, clock(900))];
    expect(sessions(records)).toMatchObject([
      {
        ...{ beganAt: 0, download: 10n * MB, wraps: 0, resets: 0, end: { at: 900, by: "stop" } },
        usage: [
          { from: 0, to: 300 },
          { from: 300, to: 600, download: 3n * MB },
          { from: 600, to: 900 },
        ],
      },
    ]);
    expect(sessions(records.toReversed())).toEqual(sessions(records));
    expect(accountFor(records, defaultSessionSettings, noon + 86_400).setAside).toEqual([
      {
        ...{ index: 2, field: "eventAt" },
        message:
          "expected an Event-Timestamp that fits the other records of the session, such as 2026-03-20T00:10:00Z; found 2026-03-20T00:02:00Z: the record counts without it; let the NAS take its time from NTP",
      },
    ]);
  });

  it.each([
    ["10 minutes back after an hour", { every: 300, reports: 24, jump: 12, by: -600, bytes: 100n * MB }],
    ["60 minutes back after an hour", { every: 300, reports: 24, jump: 12, by: -3600, bytes: 100n * MB }],
    ["90 seconds back", { every: 60, reports: 60, jump: 30, by: -90, bytes: 10n * MB }],
    ["150 seconds back", { every: 60, reports: 60, jump: 30, by: -150, bytes: 10n * MB }],
    ["two minutes ahead", { every: 60, reports: 60, jump: 30, by: 120, bytes: 10n * MB }],
    ["two minutes ahead, from the first report on", { every: 60, reports: 9, jump: 1, by: 120, bytes: MB }],
    ["an hour back at the stop", { every: 300, reports: 12, jump: 12, by: -3600, bytes: MB }],
    ["an hour back, where only the stop remains", { every: 900, reports: 1, jump: 1, by: -3600, bytes: MB }],
    ["3 seconds back", { every: 60, reports: 9, jump: 5, by: -3, bytes: MB }],
  ])("counts the true bytes and time: %s", (_, jump) => {
    const records = jumping(jump);
    const end = jump.every * jump.reports;
    expect(brief(records)).toEqual([`0-${end} stop ${jump.bytes * BigInt(jump.reports)}`]);
    const wide = records.map((one) => ({ ...one, wide: true }));
    expect(sessions(wide)).toEqual(sessions(records));
    expect(sessions(records)).toEqual(sessions(records, 86_400, { eventTime: "ignored" }));
    if (jump.jump > 1) expect(brief(records.slice(1))).toEqual(brief(records));
    const ofJump = Array.from({ length: jump.reports + 1 - jump.jump }, (_, index) => jump.jump + index);
    expect(named(records)).toEqual(ofJump.map((index) => `${index} eventAt`));
  });

  it("counts 120 GB of a fast line as 120 GB", () => {
    const fast = jumping({ every: 300, reports: 24, jump: 12, by: -600, bytes: 5000n * MB });
    expect(brief(fast.map((one) => ({ ...one, wide: true })))).toEqual([`0-7200 stop ${120_000n * MB}`]);
  });

  it("keeps one session when two records of four have the old clock", () => {
    const records = [...early, interim(600, 8n * MB, clock(-3000)), stop(900, 10n * MB, clock(-2700))];
    expect(brief(records)).toEqual([`0-900 stop ${10n * MB}`]);
    expect(brief(records.slice(1))).toEqual([`0-900 stop ${10n * MB}`]);
  });

  it("keeps one session when a clock that is ahead is corrected", () => {
    const records = [
      ...[start(0, clock(120)), interim(60, MB, clock(180))],
      ...[interim(120, 2n * MB, clock(120)), stop(180, 3n * MB, clock(180))],
    ];
    expect(brief(records)).toEqual([`0-180 stop ${3n * MB}`]);
    expect(named(records)).toEqual(["0 eventAt", "1 eventAt"]);
  });

  it("keeps one session when the clock drifts", () => {
    for (const perReport of [-7, -1, 1, 5]) {
      const drifting = Array.from({ length: 24 }, (_, index) => {
        const at = 300 * (index + 1);
        return (index === 23 ? stop : interim)(at, MB * BigInt(index + 1), clock(at + perReport * index));
      });
      const found = sessions([start(0, clock(0)), ...drifting]);
      expect(found, `${perReport}`).toMatchObject([{ download: 24n * MB, wraps: 0, end: { by: "stop" } }]);
      expect(Math.abs(found[0]?.beganAt ?? 9), "as begins may differ").toBeLessThanOrEqual(2);
    }
  });

  it("dates the usage of a stop after midnight to its day", () => {
    const day = 86_400;
    const records = [
      start(day - 300, { ...clock(day - 300), seconds: 0 }),
      stop(day + 600, 9n * MB, { ...clock(day - 3000), seconds: 900 }),
    ];
    expect(sessions(records, 2 * day)).toMatchObject([
      { beganAt: day - 300, usage: [{ from: day - 300, to: day + 600, download: 9n * MB }] },
    ]);
  });

  it("counts one session when its counter fell only because of the clock's jump", () => {
    const fallen = [...early, interim(600, 2n * MB, clock(-3000))];
    expect(sessions(fallen, 700, { counters: "64-bit" })).toMatchObject([{ download: 7n * MB, resets: 1 }]);
  });
});

describe("a clock that is set back between two sessions of one id", () => {
  const first = [start(0, clock(0)), interim(1800, 5n * MB, clock(1800)), stop(3600, 9n * MB, clock(3600))];
  const next = (at: number, bytes: bigint) =>
    interim(3700 + at, bytes, { ...clock(100 + at), seconds: at, wide: true });

  it("dates the second session, which seems to begin within the first, by its arrivals and loses no bytes", () => {
    const second = [start(3700, { ...clock(100), seconds: 0 }), next(300, 20n * MB), next(600, 30n * MB)];
    expect(brief([...first, ...second], 4400)).toEqual([`0-3600 stop ${9n * MB}`, `3700- open ${30n * MB}`]);
    expect(brief([...first, ...second.slice(1)], 4400)).toEqual([
      `0-3600 stop ${9n * MB}`,
      `3700- open ${30n * MB}`,
    ]);
    expect(named([...first, ...second])).toEqual(["3 eventAt", "4 eventAt", "5 eventAt"]);
  });

  it("is not assumed for a session after the first", () => {
    const later = [
      start(7300, clock(3700, { seconds: 0 })),
      interim(7600, 20n * MB, { ...clock(4000), seconds: 300 }),
    ];
    expect(brief([...first, ...later], 7700)).toEqual([
      `0-3600 stop ${9n * MB}`,
      `3700-4000 stale ${20n * MB}`,
    ]);
    expect(named([...first, ...later])).toEqual([]);
  });
});

describe("records of a wrong clock that come twice or late", () => {
  it("are repeats, with or without the first sending", () => {
    const first = interim(600, 8n * MB, clock(510));
    const again = { ...first, arrivedAt: noon + 605 };
    const last = stop(900, 10n * MB, clock(810));
    const next = interim(720, 9n * MB, clock(630));
    for (const sent of [[first, again], [again], [again, again]]) {
      expect(brief([...early, ...sent, next, last])).toEqual([`0-900 stop ${10n * MB}`]);
    }
    const back = { ...first, ...clock(-3000), arrivedAt: noon + 630 };
    expect(brief([...early, back, stop(900, 10n * MB, clock(900))])).toEqual([`0-900 stop ${10n * MB}`]);
  });

  it("belong to the session when a server answers only ten minutes later", () => {
    const kept = [600, 900, 1200].map((at) =>
      interim(at, BigInt(at) * MB, { ...clock(at - 3600), arrivedAt: noon + 1500 }),
    );
    const records = [...early, interim(400, 6n * MB, clock(-3200)), ...kept];
    expect(brief([...records, stop(1800, 3000n * MB, clock(-1800))])).toEqual([`0-1800 stop ${3000n * MB}`]);
  });
});

describe("records that a proxy delayed, with right timestamps", () => {
  const day = 86_400;
  const late = (at: number, bytes: bigint, arrived: number, more: object = {}) =>
    interim(at, bytes, { ...clock(at), arrivedAt: noon + arrived, ...more });

  it("are dated by their timestamps", () => {
    const records = [
      ...[...early, late(600, 8n * MB, 40_000), late(900, 9n * MB, 40_001)],
      stop(1200, 10n * MB, { ...clock(1200), arrivedAt: noon + 40_001 }),
    ];
    expect(sessions(records, day)).toMatchObject([
      { end: { at: 1200, by: "stop" }, usage: [{ to: 300 }, { to: 600 }, { to: 900 }, { to: 1200 }] },
    ]);
    expect(named(records)).toEqual([]);
    const untimed = records.map((one) => ({ ...one, ...bare }));
    expect(sessions(untimed, day)).toEqual(sessions(records, day));
    expect(named(untimed)).toEqual([]);
    expect(sessions(untimed.toReversed(), day)).toEqual(sessions(untimed, day));
  });

  it("belong to their own session when they arrive as if they had begun with another", () => {
    const records = [
      ...[...early, late(600, 8n * MB, 4000), start(3400, { ...clock(3400), seconds: 0 })],
      stop(3700, MB, { ...clock(3700), seconds: 300 }),
    ];
    expect(brief(records)).toEqual([`0-600 stale ${8n * MB}`, `3400-3700 stop ${MB}`]);
    expect(named(records)).toEqual([]);
  });

  it("belong to a session of which nothing arrived in time", () => {
    const records = [
      ...[late(300, 5n * MB, 4000), late(600, 8n * MB, 4000)],
      ...[start(3400, { ...clock(3400), seconds: 0 }), stop(3700, MB, { ...clock(3700), seconds: 300 })],
    ];
    const lateBy = records.map((one, index) => (index === 1 ? { ...one, arrivedAt: noon + 4100 } : one));
    expect(brief(lateBy)).toEqual([`0-600 stale ${8n * MB}`, `3400-3700 stop ${MB}`]);
    expect(named(lateBy)).toEqual([]);
  });

  it("belong to an earlier session when they have no session time", () => {
    const records = [
      ...[start(0, { ...clock(0), ...bare }), start(3400, { ...clock(3400), ...bare })],
      ...[interim(3700, 5n * MB, { ...clock(3700), ...bare }), late(600, 8n * MB, 4000, bare)],
    ];
    expect(brief(records, 4000)).toEqual([`0-600 stale ${8n * MB}`, `3400- open ${5n * MB}`]);
    expect(named(records)).toEqual([]);
  });
});

describe("a wrong clock of a NAS that sends no session times", () => {
  const timeless = (records: AccountingRecord[]) => records.map((one) => ({ ...one, ...bare }));

  it.each([
    ["a stamp of some minutes back", [...early, interim(600, 8n * MB, clock(120))], 900],
    ["a jump of 250 seconds back", [...early, interim(400, 8n * MB, clock(150))], 700],
  ])("adds no bytes: %s", (_, records, end) => {
    const all = timeless([...records, stop(end, 10n * MB, clock(end))]);
    expect(brief(all)).toEqual([`0-${end} stop ${10n * MB}`]);
    expect(sessions(all)).toMatchObject([{ wraps: 0, resets: 0 }]);
    expect(named(all)).toEqual(["2 eventAt"]);
    expect(sessions(all.toReversed())).toEqual(sessions(all));
  });

  it("adds no bytes because of a lasting jump back", () => {
    for (const by of [-90, -150, -600]) {
      const records = timeless(jumping({ every: 60, reports: 60, jump: 30, by, bytes: 10n * MB }));
      expect(brief(records), `${by}`).toEqual([`0-3600 stop ${600n * MB}`]);
    }
  });

  it("begins no session when it is ahead and corrected", () => {
    const records = timeless([
      ...[start(0, clock(120)), interim(60, MB, clock(180))],
      ...[interim(120, 2n * MB, clock(120)), stop(180, 3n * MB, clock(180))],
    ]);
    expect(brief(records)).toEqual([`0-180 stop ${3n * MB}`]);
    expect(named(records)).toEqual(["0 eventAt", "1 eventAt"]);
  });
});
