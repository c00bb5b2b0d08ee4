import { describe, expect, it } from "vitest";
import { brief, GB, interim, nas, noon, sessions, start, stop } from "./testing/records.ts";

const wrong = (seconds: number) => ({ seconds });

describe("a session time that is wrong", () => {
  it("does not split a session whose counters continue: seconds from before the start", () => {
    const records = [start(), interim(31, 100n), interim(151, 500n), stop(1714, 9000n, wrong(23_311))];
    expect(sessions(records)).toMatchObject([
      { beganAt: 0, startSeen: true, download: 9000n, lastNewsAt: 1714, end: { at: 1714, by: "stop" } },
    ]);
    expect(sessions(records.toReversed())).toEqual(sessions(records));
  });

  it("does not split a session whose start was lost, but whose other records agree", () => {
    const records = [interim(31, 100n), interim(151, 500n), stop(1714, 9000n, wrong(23_311))];
    expect(brief(records)).toEqual(["0-1714 stop 9000"]);
  });

  it("does not split a session in its middle", () => {
    const records = [start(), interim(300, 10n), interim(600, 20n, wrong(90_000)), stop(900, 30n)];
    expect(brief(records)).toEqual(["0-900 stop 30"]);
    const idle = [start(), interim(300, 10n, { ...wrong(7), download: undefined }), stop(900, 30n)];
    expect(brief(idle)).toEqual(["0-900 stop 30"]);
  });

  it("does not split a session of equipment that counts the seconds of each report", () => {
    const falling = [start(), interim(1800, 10n, wrong(188)), interim(2100, 20n, wrong(90))];
    expect(brief(falling, 2160)).toEqual(["0- open 20"]);
    const constant = [300, 600, 900].map((at) => interim(at, BigInt(at), wrong(300)));
    expect(brief([start(), ...constant], 960)).toEqual(["0- open 900"]);
    expect(brief([start(), ...constant, stop(1000, 950n, wrong(100))])).toEqual(["0-1000 stop 950"]);
  });

  it("does not split a session when it is always from before the start", () => {
    const records = [
      ...[start(), interim(151, 500n)],
      ...[interim(900, 800n, wrong(23_000)), stop(1714, 9000n, wrong(23_814))],
    ];
    expect(brief(records)).toEqual(["0-1714 stop 9000"]);
  });

  it("does not split a session whose stop has counters of zero or none", () => {
    const records = [start(), interim(31, 100n), interim(60, 200n, wrong(5))];
    expect(brief([...records, stop(90, 0n, wrong(1))])).toEqual(["0-90 stop 200"]);
    const none = { ...wrong(1), upload: undefined, download: undefined };
    expect(brief([...records, stop(90, 0n, none)])).toEqual(["0-90 stop 200"]);
  });
});

describe("session times of records that seem to be late", () => {
  it("are ignored when the counters rise in the order of arrival only", () => {
    const reports = [20, 40, 60].map((at) => interim(at, BigInt(at), wrong(20 - at / 4)));
    expect(brief([start(), ...reports, stop(80, 90n, wrong(3))])).toEqual(["0-80 stop 90"]);
    const down = [start(), interim(20, 20n, wrong(1)), interim(40, 30n, { ...wrong(2), up: 5n })];
    expect(brief([...down, stop(80, 31n, { ...wrong(1), up: 4n })])).toEqual(["0-1 stop 31"]);
  });
});

describe("a session time that may be right", () => {
  it("begins a session when only a start is known of the one before", () => {
    expect(brief([start(), interim(800, 5n, wrong(300))], 900)).toEqual(["0-0 replaced 0", "500- open 5"]);
  });

  it("begins a session when a counter fell", () => {
    const records = [start(), interim(300, 9n, { up: 9n }), interim(800, 10n, { ...wrong(300), up: 8n })];
    expect(brief(records, 900)).toEqual(["0-300 replaced 9", "500- open 10"]);
  });

  it("begins a session when a count exceeds the session's next count", () => {
    const records = [start(), interim(300, 10n), interim(600, 50n, wrong(90)), stop(900, 30n)];
    expect(brief(records, 1000)).toEqual(["0-900 stop 30", "510- open 50"]);
  });

  it("begins a session after a stop", () => {
    const records = [start(), stop(300, 9n), interim(800, 10n, wrong(300))];
    expect(brief(records, 900)).toEqual(["0-300 stop 9", "500- open 10"]);
  });

  it("begins a session after a restart of the NAS", () => {
    const records = [start(), interim(300, 9n), nas("on", 400), interim(800, 10n, wrong(300))];
    expect(brief(records, 900)).toEqual(["0-400 nas-restart 9", "500- open 10"]);
  });

  it("begins a session when two records agree on the begin", () => {
    const second = [interim(800, 10n, wrong(300)), stop(900, 12n, wrong(400))];
    expect(brief([start(), interim(300, 9n), ...second])).toEqual(["0-300 replaced 9", "500-900 stop 12"]);
  });

  it("begins a session of another user", () => {
    const records = [start(), interim(300, 9n), interim(800, 10n, { ...wrong(300), user: "bob" })];
    expect(sessions(records, 900).map(({ user }) => user)).toEqual(["alice", "bob"]);
    const between = [start(400, { user: "bob" }), interim(800, 10n, wrong(300))];
    expect(brief([start(), interim(300, 9n), ...between], 900)).toHaveLength(3);
  });

  it("does not stop a session that has later records", () => {
    const records = [start(), interim(300, 9n), stop(400, 9n, wrong(9000)), interim(600, 12n)];
    expect(brief(records, 700)).toEqual(["-8600-400 stop 9", "0- open 12"]);
  });
});

describe("the settings of a NAS", () => {
  const records = [start(), interim(300, 9n), interim(800, 10n, wrong(300))];
  const apart = ["0-300 replaced 9", "500- open 10"];

  it("can trust its session time", () => {
    expect(brief(records, 900)).toEqual(["0- open 10"]);
    expect(brief(records, 900, { sessionTime: "trusted" })).toEqual(apart);
    const perNas = new Map([["bng-1", { sessionTime: "trusted" } as const]]);
    expect(brief(records, 900, { perNas })).toEqual(apart);
    expect(brief(records, 900, { perNas: new Map([["bng-2", { sessionTime: "trusted" }]]) })).toEqual([
      "0- open 10",
    ]);
  });

  it("can ignore its session time, so that only the id separates sessions", () => {
    const fallen = [start(), interim(800, 5n, wrong(300)), interim(900, 4n, wrong(4))];
    expect(brief(fallen, 1000, { sessionTime: "ignored", counters: "64-bit" })).toEqual(["0- open 9"]);
  });

  it("can ignore its clock", () => {
    const early = [start(), interim(300, 5n, { eventAt: noon + 10, seconds: undefined })];
    expect(sessions(early, 400)).toMatchObject([{ lastNewsAt: 10 }]);
    expect(sessions(early, 400, { eventTime: "ignored" })).toMatchObject([{ lastNewsAt: 300 }]);
  });

  it("can give the width of its counters", () => {
    const fallen = [start(), interim(300, 4n * GB), interim(600, 1n * GB)];
    const perNas = new Map([["bng-1", { counters: "64-bit" } as const]]);
    expect(sessions(fallen, 700, { perNas })).toMatchObject([{ resets: 1, wraps: 0 }]);
  });
});
