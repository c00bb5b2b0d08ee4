import { describe, expect, it } from "vitest";
import type { AccountingRecord } from "./records/accounting-record.ts";
import { examineEach, setAsideOf } from "./records/examine-records.ts";
import { defaultSessionSettings } from "./records/session-settings.ts";
import { brief, GB, interim, noon, record, sessions, start, stop } from "./testing/records.ts";

const none = { upload: undefined, download: undefined };
const total = (records: AccountingRecord[], settings = {}) =>
  sessions(records, 86_400, settings).map(({ upload, download, wraps, resets }) =>
    [upload, download, wraps, resets].map(Number),
  );

describe("a record without a counter", () => {
  const first = [start(), interim(300, 9000n, { up: 1000n })];

  it("shows that the session lives, and does not change its bytes", () => {
    const last = interim(900, 20_000n, { up: 2000n });
    expect(total([...first, interim(600, 0n, none), last])).toEqual([[2000, 20_000, 0, 0]]);
    expect(brief([start(), interim(300, 5n), interim(600, 0n, none)], 1499)).toEqual(["0- open 5"]);
    expect(total([start(), interim(300, 0n, none)])).toEqual([[0, 0, 0, 0]]);
  });

  it("keeps the count at the stop", () => {
    expect(total([...first, stop(811, 0n, none)])).toEqual([[1000, 9000, 0, 0]]);
    expect(sessions([...first, stop(811, 0n, none)])).toMatchObject([{ end: { at: 811, by: "stop" } }]);
  });

  it("keeps the count of its direction", () => {
    const middle = { ...interim(600, 12_000n), upload: undefined };
    const records = [...first, middle, stop(900, 20_000n, { up: 2000n })];
    expect(total(records)).toEqual([[2000, 20_000, 0, 0]]);
    expect(sessions(records)[0]?.usage).toEqual([
      { from: 0, to: 300, upload: 1000n, download: 9000n },
      { from: 300, to: 600, upload: 0n, download: 3000n },
      { from: 300, to: 900, upload: 1000n, download: 0n },
      { from: 600, to: 900, upload: 0n, download: 8000n },
    ]);
    const sentOnly = [...first, { ...stop(900, 0n, { up: 2000n }), download: undefined }];
    expect(total(sentOnly)).toEqual([[2000, 9000, 0, 0]]);
  });

  it("does not hide a wrap of the count", () => {
    const records = [start(), interim(300, 4n * GB), interim(600, 0n, none), interim(900, 1n * GB)];
    expect(total(records)).toEqual([[0, Number(2n ** 32n + GB), 1, 0]]);
  });

  it("after the stop is an update of it when no session time contradicts", () => {
    const bare = { seconds: undefined };
    const records = [start(0, bare), stop(100, 9n, bare), stop(200, 0n, { ...none, ...bare })];
    expect(brief(records)).toEqual(["0-100 stop 9"]);
    const known = [start(0, bare), stop(100, 0n, { ...none, ...bare }), stop(200, 9n, bare)];
    expect(brief(known)).toEqual(["0-100 stop 0"]);
  });

  it("has a fixed place among the others in any order", () => {
    const records = [start(), interim(300, 5n), interim(300, 0n, none), interim(300, 0n)];
    expect(sessions(records.toReversed(), 400)).toEqual(sessions(records, 400));
    expect(total(records)).toEqual([[0, 5, 0, 0]]);
  });
});

describe("a counter of zero after bytes were counted", () => {
  const first = [start(), interim(300, 9000n, { up: 1000n })];

  it("is ignored at the stop, because the interface was already removed", () => {
    expect(total([...first, stop(811, 0n)])).toEqual([[1000, 9000, 0, 0]]);
    expect(total([...first, stop(811, 0n, { up: 1500n })])).toEqual([[1500, 9000, 0, 0]]);
    expect(total([...first, stop(811, 20_000n)])).toEqual([[1000, 20_000, 0, 0]]);
    for (const counters of ["32-bit", "64-bit"]) {
      expect(total([...first, stop(811, 0n)], { counters })).toEqual([[1000, 9000, 0, 0]]);
    }
  });

  it("is ignored when the next record continues the old count", () => {
    const records = [...first, interim(600, 0n), interim(900, 0n), interim(1200, 20_000n, { up: 2000n })];
    expect(total(records)).toEqual([[2000, 20_000, 0, 0]]);
    const equal = [...first, interim(600, 0n, { up: 1000n }), interim(900, 9000n, { up: 1000n })];
    expect(total(equal)).toEqual([[1000, 9000, 0, 0]]);
  });

  it("is a reset when the next record continues from it", () => {
    const records = [...first, interim(600, 0n, { up: 1000n }), interim(900, 500n, { up: 1000n })];
    expect(total(records, { fastestBitsPerSecond: 1000n })).toEqual([[1000, 9500, 0, 1]]);
    expect(total(records), "not a wrap that ended at exactly 0").toEqual([[1000, 9500, 0, 1]]);
    const one = [...first, interim(600, 1n, { up: 1000n })];
    expect(total(one)).toEqual([[1000, Number(2n ** 32n + 1n), 1, 0]]);
  });

  it("is a count when no bytes were counted", () => {
    expect(total([start(), interim(300, 0n), stop(600, 0n)])).toEqual([[0, 0, 0, 0]]);
    expect(total([start(), interim(300, 0n), stop(600, 7n)])).toEqual([[0, 7, 0, 0]]);
  });
});

describe("a counter that falls further than the fastest subscriber", () => {
  const wide = { wide: true };
  const first = [start(), interim(300, 50n * GB, wide)];

  it("is an old reading that adds nothing", () => {
    expect(total([...first, stop(301, 49n * GB, wide)])).toEqual([[0, Number(50n * GB), 0, 0]]);
    const narrow = [start(), interim(300, 3n * GB), stop(301, 2n * GB)];
    expect(total(narrow, { fastestBitsPerSecond: 5n * GB })).toEqual([[0, Number(3n * GB), 0, 0]]);
    expect(sessions(narrow)).toMatchObject([{ lastNewsAt: 301, end: { at: 301, by: "stop" } }]);
  });

  it("continues from the reading before it", () => {
    const records = [...first, interim(305, 49n * GB, wide), stop(900, 60n * GB, wide)];
    expect(total(records)).toEqual([[0, Number(60n * GB), 0, 0]]);
  });

  it("was reset at exactly the greatest speed", () => {
    const records = [start(), interim(300, 5001n, wide), interim(302, 5000n, wide)];
    expect(total(records, { fastestBitsPerSecond: 10_000n })).toEqual([[0, 10_001, 0, 1]]);
    expect(total(records, { fastestBitsPerSecond: 9999n })).toEqual([[0, 5001, 0, 0]]);
  });
});

describe("a counter that falls in the time of a rise", () => {
  const slow = { fastestBitsPerSecond: 100_000_000n };
  const bare = { seconds: undefined };
  const wrapped = (bytes: bigint) => (3n * GB + bytes) % 2n ** 32n;
  const first = [start(), interim(300, 3n * GB)];

  it("has wrapped within the capacity of the line in the time and two seconds", () => {
    expect(total([...first, interim(600, wrapped(3_775_000_000n))], slow)).toEqual([
      [0, 6_775_000_000, 1, 0],
    ]);
    const beyond = wrapped(3_775_000_001n);
    expect(total([...first, interim(600, beyond)], slow)).toEqual([[0, Number(3n * GB + beyond), 0, 1]]);
  });

  it("has wrapped when the earlier record may have come late", () => {
    const late = [start(), interim(420, 3n * GB, bare), interim(425, wrapped(1_500_000_000n), bare)];
    expect(total(late, slow)).toEqual([[0, 4_500_000_000, 1, 0]]);
    expect(total([...late, interim(720, wrapped(2_500_000_000n), bare)], slow)).toEqual([
      [0, 5_500_000_000, 1, 0],
    ]);
  });

  it("belongs to one session when only the clock of the NAS was set back", () => {
    const timed = (at: number) => ({ eventAt: noon + at });
    const set = [
      start(0, timed(0)),
      interim(300, 3n * GB, timed(300)),
      interim(600, wrapped(1_500_000_000n), timed(310)),
    ];
    expect(total(set, slow)).toEqual([[0, 4_500_000_000, 1, 0]]);
    const end = stop(900, wrapped(1_600_000_000n), timed(610));
    expect(total([...set, end], slow)).toEqual([[0, 4_600_000_000, 1, 0]]);
    const wide = { wide: true };
    const reset = set.map((one) => ({ ...one, ...wide }));
    expect(total(reset, slow)).toEqual([[0, Number(3n * GB + wrapped(1_500_000_000n)), 0, 1]]);
  });

  it("belongs to another session when neither clock has the same begin", () => {
    const other = interim(600, wrapped(1_500_000_000n), { seconds: 597 });
    const first = [start(), interim(300, 3n * GB)];
    expect(total([...first, { ...other, eventAt: noon + 310 }], slow)).toHaveLength(2);
    expect(total([...first, { ...other, seconds: 598, eventAt: noon + 310 }], slow)).toHaveLength(1);
  });
});

describe("an old record that does not say when it happened", () => {
  const bare = { seconds: undefined };
  const first = [start(), interim(300, 1000n, { up: 5n, ...bare }), interim(600, 2000n, { up: 5n, ...bare })];
  const last = stop(900, 3000n, { up: 5n, ...bare });

  it.each([
    [{}, 610],
    [{ counters: "64-bit" }, 800],
    [{ sessionTime: "ignored" }, 800],
    [{ sessionTime: "trusted" }, 800],
  ])("adds nothing when it comes again: %j after %i seconds", (settings, at) => {
    const again = interim(at, 1000n, { up: 5n, ...bare });
    expect(total([...first, last, again], settings)).toEqual([[5, 3000, 0, 0]]);
    expect(total([...first, again], settings)).toEqual([[5, 2000, 0, 0]]);
    expect(sessions([...first, again], 700)).toEqual(sessions(first, 700));
  });

  it("adds nothing when it comes again with a wrong clock", () => {
    const again = interim(800, 1000n, { up: 5n, ...bare, eventAt: 600 });
    expect(total([...first, last, again])).toEqual([[5, 3000, 0, 0]]);
  });

  it("adds nothing when it comes two minutes late, and the next continues the count", () => {
    const late = (at: number) => [...first, interim(at, 1500n, { up: 5n, ...bare }), last];
    for (const at of [603, 720]) expect(total(late(at))).toEqual([[5, 3000, 0, 0]]);
    expect(total(late(721), { counters: "64-bit" })).toEqual([[5, 5000, 0, 1]]);
    const exact = interim(603, 1500n, { up: 5n, ...bare, eventAt: noon + 603 });
    expect(total([...first, exact, last], { counters: "64-bit" })).toEqual([[5, 5000, 0, 1]]);
  });

  it("is a reset when the next count continues from it", () => {
    const records = [...first, interim(610, 50n, { up: 5n, ...bare }), stop(900, 70n, { up: 5n, ...bare })];
    expect(total(records, { counters: "64-bit" })).toEqual([[5, 2070, 0, 1]]);
  });

  it("is not a repeat when it stops the session", () => {
    const stopped = [...first, stop(900, 1000n, { up: 5n, ...bare })];
    expect(total(stopped, { counters: "64-bit" })).toEqual([[5, 3000, 0, 1]]);
    expect(sessions(stopped)).toMatchObject([{ end: { at: 900, by: "stop" } }]);
  });

  it("differs from another in either counter", () => {
    const other = interim(800, 1000n, { up: 6n, ...bare });
    expect(total([...first, other], { counters: "64-bit" })).toEqual([[6, 3000, 0, 1]]);
  });
});

describe("gigawords that one record omits", () => {
  const wide = { wide: true };
  const five = 5n * GB;
  const low = (bytes: bigint) => bytes % 2n ** 32n;

  it("are not zero in a session that has passed them", () => {
    const records = [
      start(),
      interim(300, five, wide),
      interim(600, low(five + 7n)),
      stop(900, five + 9n, wide),
    ];
    expect(total(records)).toEqual([[0, Number(five + 9n), 0, 0]]);
    const turned = [start(), interim(300, 2n ** 33n - 1n, wide), stop(600, 3n)];
    expect(total(turned)).toEqual([[0, Number(2n ** 33n + 3n), 0, 0]]);
  });

  it("are zero while they were zero", () => {
    const records = [start(), interim(300, 4n * GB), interim(600, five, wide), stop(900, 6n * GB, wide)];
    expect(total(records)).toEqual([[0, Number(6n * GB), 0, 0]]);
  });

  it("are part of the count of a feed that says so", () => {
    const records = [start(), interim(300, five), stop(600, 1n * GB)];
    expect(total(records, { counters: "64-bit" })).toEqual([[0, Number(6n * GB), 0, 1]]);
  });
});

describe("a count that is wrong by 2^32", () => {
  const wide = { wide: true };
  const turn = 2n ** 32n;
  const [before, after] = [turn - 9000n, turn + 8000n];
  const around = (middle: bigint, more: object = wide) => [
    ...[start(), interim(300, before, wide)],
    ...[interim(600, middle, more), stop(900, after, wide)],
  ];

  it.each([50n, 2n * turn - 50n])("adds nothing: %d", (middle) => {
    expect(total(around(middle))).toEqual([[0, Number(after), 0, 0]]);
    expect(total(around(middle), { counters: "64-bit" })).toEqual([[0, Number(after), 0, 0]]);
    expect(sessions(around(middle))[0]?.usage).toContainEqual({
      ...{ from: 300, to: 900, upload: 0n, download: 17_000n },
    });
  });

  it("adds nothing where the line is too slow for a reset", () => {
    const slow = { fastestBitsPerSecond: 110_000_000n };
    const records = [start(), interim(330, before, wide), interim(630, 50n, wide), stop(930, after, wide)];
    expect(total(records, slow)).toEqual([[0, Number(after), 0, 0]]);
  });

  it("adds nothing where the gigawords that had not risen were left out", () => {
    expect(total(around(50n, {}))).toEqual([[0, Number(after), 0, 0]]);
    const second = [interim(300, 2n * turn - 9000n, wide), interim(600, turn + 50n, wide)];
    const narrow = stop(900, 8000n);
    expect(total([start(), ...second, narrow])).toEqual([[0, Number(2n * turn + 8000n), 0, 0]]);
  });

  it("is a reset where no line carries what was moved", () => {
    const untimed = { ...wide, seconds: undefined };
    const [least, most] = [turn - 90_000n, turn + 72_000n];
    const records = [interim(300, least, untimed), interim(600, 50n, untimed), stop(900, most, untimed)];
    expect(total(records, { fastestBitsPerSecond: 1800n })).toEqual([[0, Number(most), 0, 0]]);
    expect(total(records, { fastestBitsPerSecond: 1799n })).toEqual([[0, Number(least + 50n), 0, 1]]);
  });

  it("is a wrap of 32 bits, where the session has no gigawords", () => {
    expect(total([start(), interim(300, before), interim(600, 50n), stop(900, 8000n)])).toEqual([
      [0, Number(after), 1, 0],
    ]);
  });

  it("is a reset where no record is after it", () => {
    expect(total([start(), interim(300, before, wide), stop(600, 50n, wide)])).toEqual([
      [0, Number(before + 50n), 0, 1],
    ]);
  });
});

describe("a count that no packet can carry", () => {
  it.each([
    [{ bytes: 2n ** 64n }, /octets of 64 bits at most; found 0 and 18446744073709551616/],
    [{ up: 2n ** 64n, bytes: 1n }, /octets of 64 bits at most; found 18446744073709551616 and 1/],
    [{ ...none, download: -1n }, /octets of 0 or more; found none and -1/],
    [{ ...none, upload: -1n }, /octets of 0 or more; found -1 and none/],
    [{ seconds: 2 ** 32 }, /session time of 0 or more whole seconds; found 4294967296/],
    [{ delay: 2 ** 32 }, /delay of 0 or more whole seconds; found 4294967296/],
  ])("is refused %#", (more, message) => {
    expect(() => sessions([record("interim", { at: 1, wide: true, ...more })])).toThrow(message);
  });

  it("has more than 64 bits: the greatest count of 64 bits is accepted", () => {
    expect(total([record("stop", { at: 60, bytes: 2n ** 64n - 1n, wide: true })])).toHaveLength(1);
  });
});

describe("an impossible value of the equipment", () => {
  const examine = (records: AccountingRecord[], settings = {}) => {
    const examined = examineEach(records, { ...defaultSessionSettings, ...settings }, noon + 86_400);
    return { records: examined.flatMap(({ record }) => record ?? []), setAside: setAsideOf(examined) };
  };

  it("is set aside by field, and the record counts without it", () => {
    const bad = [stop(600, 9n, { seconds: 4_294_967_295 }), interim(500, 5n, { delay: 4_294_967_295 })];
    const { records, setAside } = examine([start(), ...bad]);
    expect(records).toEqual([start(), { ...bad[0], seconds: undefined }, { ...bad[1], delay: 0 }]);
    expect(setAside).toEqual([
      {
        ...{ index: 1, field: "seconds" },
        message:
          "expected at most 157680000 seconds (five years); found 4294967295: the record counts without it",
      },
      {
        ...{ index: 2, field: "delay" },
        message: "expected at most 2592000 seconds (30 days); found 4294967295: the record counts without it",
      },
    ]);
    expect(brief([start(), ...bad], 800)).toEqual(["0-600 stop 9"]);
  });

  it("is gigawords without a count", () => {
    const lone = { ...interim(300, 5n), ...none, wide: true };
    expect(examine([start(), lone])).toEqual({
      records: [start(), lone],
      setAside: [
        {
          ...{ index: 1, field: "gigawords" },
          message:
            "expected upload or download beside gigawords; found neither: the record counts without them",
        },
      ],
    });
    expect(
      examine([
        { ...lone, upload: 0n },
        { ...lone, download: 0n },
      ]).setAside,
    ).toEqual([]);
  });

  it("begins at five years of a session and 30 days of delay", () => {
    const fields = (more: object) => examine([stop(600, 9n, more)]).setAside.map(({ field }) => field);
    expect(fields({ seconds: 157_680_000, delay: 2_592_000 })).toEqual([]);
    expect(fields({ seconds: 157_680_001, delay: 2_592_001 })).toEqual(["delay", "seconds"]);
  });

  it("is also a record without an id, and one that arrived years ago", () => {
    const nameless = interim(300, 5n, { session: "" });
    const old = stop(0, 7n, { arrivedAt: noon + 86_400 - 157_680_001 });
    const { records, setAside } = examine([nameless, old, start()]);
    expect(records).toEqual([start()]);
    expect(setAside).toEqual([
      {
        ...{ index: 0, field: undefined },
        message:
          "expected a session id; found none in the record of status interim: the record does not count",
      },
      {
        ...{ index: 1, field: undefined },
        message:
          "expected a record that arrived within five years before 2026-03-21T00:00:00Z; found 2021-03-21T23:59:59Z: the record does not count",
      },
    ]);
    expect(examine([stop(0, 7n, { arrivedAt: noon + 86_400 - 157_680_000 })]).setAside).toEqual([]);
  });

  it("is also a field that its NAS is known to count wrongly", () => {
    const perNas = new Map([["bng-1", { sessionTime: "ignored", eventTime: "ignored" } as const]]);
    const told = interim(300, 5n, { seconds: 4_294_967_295, eventAt: noon + 299 });
    expect(examine([told], { perNas })).toEqual({
      records: [{ ...told, seconds: undefined, eventAt: undefined }],
      setAside: [],
    });
    const other = { ...told, nas: "bng-2", seconds: 300 };
    expect(examine([other], { perNas }).records).toEqual([other]);
  });
});
