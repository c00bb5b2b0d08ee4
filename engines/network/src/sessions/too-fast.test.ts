import { describe, expect, it } from "vitest";
import { accountFor } from "./account-for.ts";
import type { AccountingRecord } from "./records/accounting-record.ts";
import { defaultSessionSettings } from "./records/session-settings.ts";
import { GB, interim, nas, noon, record, start, stop } from "./testing/records.ts";

/** 1000 bytes in a second. */
const slow = { fastestBitsPerSecond: 8000n, counters: "64-bit" } as const;
const wide = { wide: true };
const bare = { seconds: undefined };

function account(records: AccountingRecord[], settings: object = slow) {
  const { sessions, setAside } = accountFor(
    records,
    { ...defaultSessionSettings, ...settings },
    noon + 86_400,
  );
  const bytes = sessions.reduce((sum, { upload, download }) => sum + upload + download, 0n);
  return { bytes, paths: setAside.map(({ index, field }) => `${index} ${field}`), setAside };
}

describe("a counter that rises faster than the line", () => {
  it("adds nothing, is reported with its bytes, and is the base of later counts", () => {
    const records = [start(), interim(300, 9000n), interim(600, 9_009_000n), stop(900, 9_009_700n)];
    expect(account(records)).toMatchObject({
      bytes: 9700n,
      setAside: [
        {
          ...{ index: 2, field: "download" },
          message:
            "expected at most 302000 bytes more than before, as fastestBitsPerSecond carries in 302 seconds; found 9000000: they are not counted; if the line is faster, write its speed as fastestBitsPerSecond",
        },
      ],
    });
    expect(account(records, { ...slow, fastestBitsPerSecond: 8_000_000n })).toMatchObject({
      bytes: 9_009_700n,
      paths: [],
    });
  });

  it("is not billed later, when the line could have carried it by then", () => {
    const records = [start(), interim(300, 9000n), interim(600, 9_009_000n), stop(80_000, 9_009_700n)];
    expect(account(records)).toMatchObject({ bytes: 9700n, paths: ["2 download"] });
  });

  it("is counted up to the capacity of the line in the time and two seconds", () => {
    const rise = (bytes: bigint) => account([start(), interim(300, 9000n), stop(600, 9000n + bytes)]);
    expect(rise(302_000n)).toMatchObject({ bytes: 311_000n, paths: [] });
    expect(rise(302_001n)).toMatchObject({ bytes: 9000n, paths: ["2 download"] });
  });

  it("is checked in each direction separately, in the order of the records", () => {
    const up = { up: 9_000_000n };
    const records = [stop(900, 9000n, { session: "2", ...up }), start(), interim(300, 9_000_000n, up)];
    expect(account(records)).toMatchObject({ bytes: 9000n, paths: ["0 upload", "2 upload", "2 download"] });
  });

  it("is not taken as a rise when the next count continues from the one before", () => {
    const records = [start(), interim(300, 9000n), interim(600, 9_000_000n), stop(900, 20_000n)];
    expect(account(records)).toMatchObject({ bytes: 20_000n, paths: ["2 download"] });
    const equal = [start(), interim(300, 9000n), interim(600, 9_000_000n), stop(900, 9000n)];
    expect(account(equal)).toMatchObject({ bytes: 9000n });
    const twice = [
      start(),
      interim(300, 9000n),
      interim(600, 9_000_000n),
      interim(900, 9_000_001n),
      stop(1200, 20_000n),
    ];
    expect(account(twice)).toMatchObject({ bytes: 20_000n, paths: ["2 download", "3 download"] });
    const reset = [start(), interim(300, 9000n), interim(600, 9_000_000n), stop(900, 800n)];
    expect(account(reset)).toMatchObject({ bytes: 9800n, paths: ["2 download"] });
  });

  it("does not change the bytes of other sessions", () => {
    const records = [stop(600, 2n ** 63n, wide), stop(700, 5000n, { session: "82" })];
    expect(account(records, {})).toMatchObject({ bytes: 5000n, paths: ["0 download"] });
  });
});

describe("the time of the first count", () => {
  it("is the time since the begin of the session", () => {
    expect(account([start(), stop(300, 302_000n)])).toMatchObject({ bytes: 302_000n, paths: [] });
    expect(account([start(), stop(300, 302_001n)])).toMatchObject({ bytes: 0n, paths: ["1 download"] });
    expect(account([stop(300, 302_001n)])).toMatchObject({ bytes: 0n, paths: ["0 download"] });
  });

  it("may be two minutes longer when only the arrival of the start is known", () => {
    expect(account([start(), stop(300, 420_000n, bare)])).toMatchObject({ bytes: 420_000n, paths: [] });
    expect(account([start(), stop(300, 420_001n, bare)])).toMatchObject({ bytes: 0n, paths: ["1 download"] });
  });

  it("is five years when the begin of the session is unknown", () => {
    const five = 157_680_000_000n;
    expect(account([stop(300, five, bare)])).toMatchObject({ bytes: five, paths: [] });
    expect(account([stop(300, five + 1n, bare)])).toMatchObject({ bytes: 0n, paths: ["0 download"] });
  });
});

describe("the time between two counts", () => {
  it("is the longest that a clock shows, so that a clock that is set back loses no bytes", () => {
    const clock = (at: number) => ({ eventAt: noon + at });
    const records = [
      ...[start(0, clock(0)), interim(600, 1000n, clock(800))],
      stop(900, 301_000n, clock(901)),
    ];
    expect(account(records)).toMatchObject({ bytes: 301_000n, paths: ["1 eventAt"] });
    const untimed = [
      ...[start(0, clock(0)), interim(600, 1000n, { ...bare, ...clock(800) })],
      stop(900, 421_000n, { ...bare, ...clock(901) }),
    ];
    expect(account(untimed)).toMatchObject({ bytes: 421_000n, paths: ["1 eventAt"] });
  });

  it("may be two minutes longer when a record may have been late", () => {
    const rise = (bytes: bigint) => [start(), interim(300, 1000n, bare), stop(600, bytes + 1000n, bare)];
    expect(account(rise(420_000n))).toMatchObject({ bytes: 421_000n, paths: [] });
    expect(account(rise(420_001n))).toMatchObject({ bytes: 1000n, paths: ["2 download"] });
  });

  it("is the time between the events when a record came hours late", () => {
    const records = [start(), interim(300, 1000n), stop(50_000, 9_000_000n, { seconds: 600, delay: 49_400 })];
    expect(account(records)).toMatchObject({ bytes: 1000n, paths: ["2 download"] });
  });

  it("excludes a session time that the NAS is known to count wrongly", () => {
    const records = [start(), interim(300, 1000n, { seconds: 7 }), stop(900, 500_000n, { seconds: 8 })];
    expect(account(records, { ...slow, sessionTime: "ignored" })).toMatchObject({
      bytes: 500_000n,
      paths: [],
    });
    expect(account(records), "and none which counters contradict").toMatchObject({
      bytes: 500_000n,
      paths: [],
    });
  });

  it("is zero between two records of one second", () => {
    const records = [start(), interim(300, 1000n), interim(300, 3000n), interim(300, 5001n)];
    expect(account(records)).toMatchObject({ bytes: 3000n, paths: ["3 download"] });
  });
});

describe("the reported records", () => {
  it("are identified by their place among all records, including those without a session", () => {
    const records = [
      nas("on", -10),
      record("interim", { at: 5, session: "" }),
      start(),
      stop(300, 100n * GB),
    ];
    expect(account(records)).toMatchObject({ paths: ["1 undefined", "3 download"] });
    expect(account(records.toReversed())).toMatchObject({ paths: ["0 download", "2 undefined"] });
  });
});
