import { describe, expect, it } from "vitest";
import type { AccountingRecord } from "./records/accounting-record.ts";
import { brief, GB, interim, nas, noon, record, sessions, start, stop } from "./testing/records.ts";

describe("a session", () => {
  it("is the result of its records, from start over interim records to stop", () => {
    const records = [
      start(),
      interim(300, 5n, { up: 1n, class: "ab", multiSession: "m" }),
      stop(400, 7n, { up: 4n, cause: "User-Request" }),
    ];
    expect(sessions(records)).toEqual([
      {
        nas: "bng-1",
        id: "81",
        user: "alice",
        beganAt: 0,
        startSeen: true,
        lastNewsAt: 400,
        end: { at: 400, by: "stop", cause: "User-Request" },
        upload: 4n,
        download: 7n,
        wraps: 0,
        resets: 0,
        class: "ab",
        multiSession: "m",
        usage: [
          { from: 0, to: 300, upload: 1n, download: 5n },
          { from: 300, to: 400, upload: 3n, download: 2n },
        ],
      },
    ]);
  });

  it("is open while records keep coming, and stale at its last record after three intervals of silence", () => {
    const records = [start(), interim(300, 5n)];
    expect(brief(records, 1199)).toEqual(["0- open 5"]);
    expect(brief(records, 1200)).toEqual(["0-300 stale 5"]);
    expect(brief(records, 1200, { missedInterims: 4 })).toEqual(["0- open 5"]);
    expect(brief(records, 1200, { interimSeconds: 60 })).toEqual(["0-300 stale 5"]);
    expect(brief([start()], 900)).toEqual(["0-0 stale 0"]);
    expect(brief([start()], 899)).toEqual(["0- open 0"]);
  });

  it("never goes stale where the NAS sends no interim records", () => {
    expect(brief([start()], 86_400, { interimSeconds: undefined })).toEqual(["0- open 0"]);
  });

  it("continues when records come after a long silence", () => {
    expect(brief([start(), interim(300, 5n), interim(7200, 9n)], 7300)).toEqual(["0- open 9"]);
  });

  it("is known without its start, from Acct-Session-Time", () => {
    const [session] = sessions([interim(600, 5n)], 700);
    expect(session).toMatchObject({ beganAt: 0, startSeen: false, download: 5n });
    expect(session?.usage).toEqual([{ from: 0, to: 600, upload: 0n, download: 5n }]);
    expect(sessions([stop(600, 5n, { seconds: undefined })])).toMatchObject([
      { beganAt: 600, startSeen: false, download: 5n, usage: [{ from: 600, to: 600 }] },
    ]);
  });

  it("takes class and link from the latest record that has them", () => {
    const records = [start(0, { class: "01", multiSession: "a" }), interim(300, 1n, { class: "02" })];
    expect(sessions([...records, interim(600, 2n)])).toMatchObject([{ class: "02", multiSession: "a" }]);
  });

  it("takes its user from the records that name one", () => {
    const records = [start(0, { user: "" }), interim(300, 1n), stop(400, 2n, { user: "" })];
    expect(sessions(records)).toMatchObject([{ user: "alice", download: 2n, end: { by: "stop" } }]);
  });

  it("is listed by begin, then NAS, id and user", () => {
    const one = start(5);
    const records = [
      { ...one, session: "b" },
      { ...one, nas: "a" },
      { ...one, session: "a", user: "zoe" },
      { ...one, session: "a" },
      start(1, { session: "z" }),
    ];
    const listed = sessions(records).map((session) => [
      session.beganAt,
      session.nas,
      session.id,
      session.user,
    ]);
    expect(listed).toEqual([
      [1, "bng-1", "z", "alice"],
      [5, "a", "81", "alice"],
      [5, "bng-1", "a", "alice"],
      [5, "bng-1", "a", "zoe"],
      [5, "bng-1", "b", "alice"],
    ]);
  });
});

describe("records that come twice, late or in disorder", () => {
  const history = [start(), interim(300, 5n), interim(600, 8n), stop(700, 9n)];

  it("give the same result as in order", () => {
    expect(sessions([...history].reverse())).toEqual(sessions(history));
    expect(sessions([...history, ...history])).toEqual(sessions(history));
  });

  it("are placed by Acct-Delay-Time", () => {
    const late = interim(5000, 5n, { delay: 4700, seconds: 300 });
    expect(sessions([...history, late])).toEqual(sessions(history));
    const bare = interim(5000, 5n, { delay: 4700, seconds: undefined });
    expect(brief([...history.filter((one) => one.arrivedAt !== noon + 300), bare])).toEqual(["0-700 stop 9"]);
  });

  it("are placed by Event-Timestamp, which may be a day old", () => {
    const kept = [interim(80_000, 5n, { eventAt: noon + 300, seconds: undefined }), start()];
    expect(sessions(kept)).toMatchObject([{ usage: [{ from: 0, to: 300 }] }]);
    const older = [start(), interim(86_700, 5n, { eventAt: noon + 300, seconds: undefined })];
    expect(sessions(older, 90_000)).toMatchObject([{ lastNewsAt: 300 }]);
    const tooOld = [start(), interim(86_701, 5n, { eventAt: noon + 300, seconds: undefined })];
    expect(sessions(tooOld, 90_000)).toMatchObject([{ lastNewsAt: 86_701 }]);
  });

  it("are placed by their arrival when the NAS's clock is ahead or in 1970", () => {
    const at = (eventAt: number) => [start(), interim(600, 5n, { eventAt, seconds: undefined })];
    expect(sessions(at(noon + 900))).toMatchObject([{ lastNewsAt: 900 }]);
    expect(sessions(at(noon + 901))).toMatchObject([{ lastNewsAt: 600 }]);
    expect(sessions(at(600))).toMatchObject([{ lastNewsAt: 600 }]);
  });

  it("are placed by Acct-Session-Time when they are late without a timestamp", () => {
    const late = interim(1000, 8n, { seconds: 600 });
    expect(sessions([start(), interim(300, 5n), late, interim(900, 9n)], 1000)).toMatchObject([
      { download: 9n, resets: 0, wraps: 0, usage: [{ to: 300 }, { to: 600 }, { to: 900 }] },
    ]);
  });

  it("do not count again when they are sent again after the stop", () => {
    expect(sessions([...history, stop(9000, 9n, { seconds: 700 })])).toEqual(sessions(history));
    expect(sessions([...history, interim(900, 8n, { seconds: 600 })])).toEqual(sessions(history));
    const bare = history.map((one) => ({ ...one, seconds: undefined }));
    expect(brief([...bare, stop(9000, 9n, { seconds: undefined })])).toEqual(["0-700 stop 9"]);
    expect(brief([...bare, interim(9000, 8n, { seconds: undefined })])).toEqual(["0-700 stop 9"]);
  });

  it("add no usage entry of zero bytes to an idle session", () => {
    const records = [start(), interim(300, 0n), interim(300, 0n)];
    expect(sessions(records)).toEqual(sessions(records.slice(0, 2)));
  });

  it("do not change the session after its stop", () => {
    expect(brief([...history, interim(702, 50n, { seconds: 701 })])).toEqual(["0-700 stop 9"]);
    expect(brief([...history, stop(701, 50n)])).toEqual(["0-700 stop 9"]);
  });

  it.each(["checked", "trusted"] as const)("do not prolong a stopped session: %s", (sessionTime) => {
    const found = (late: AccountingRecord, asOf?: number) => brief([...history, late], asOf, { sessionTime });
    for (const late of [interim, stop]) {
      expect(found(late(703, 9n)), "a second too long").toEqual(["0-700 stop 9"]);
      expect(found(late(705, 50n, { seconds: 703 })), "two seconds late").toEqual(["0-700 stop 9"]);
      expect(found(late(760, 9n))).toEqual(["0-700 stop 9"]);
      expect(found(late(760, 8n)), "stale counters").toEqual(["0-700 stop 9"]);
      expect(found(late(760, 50n, { eventAt: noon + 760 }))).toEqual(["0-700 stop 9"]);
      expect(found(late(820, 8n, { seconds: 720 })), "sent again for 100 seconds").toEqual(["0-700 stop 9"]);
      expect(found(late(2000, 9n, { seconds: 1303 })), "begins before the stop").toEqual(["0-700 stop 9"]);
      expect(found(late(2000, 9n, { seconds: 1302 })), "begins at the stop").toHaveLength(2);
      expect(found(late(2000, 8n, { seconds: 1303 })), "counts anew").toHaveLength(2);
      expect(found(late(760, 50n, { user: "bob" }))).toHaveLength(2);
    }
    expect(brief([stop(600, 9n), stop(630, 12n)], 86_400, { sessionTime })).toEqual(["0-600 stop 9"]);
  });

  it("show when a late stop happened, before which the next session of its id did not begin", () => {
    const first = [start(), stop(760, 9n, { seconds: 700 })];
    expect(brief([...first, interim(1710, 12n, { seconds: 1000 })], 1800)).toEqual([
      "0-700 stop 9",
      "710- open 12",
    ]);
  });

  it("begin no session by a repeated start in the middle of a session", () => {
    expect(brief([...history, start(60, { seconds: 0 })])).toEqual(["0-700 stop 9"]);
    expect(brief([...history, start(2)])).toEqual(["0-700 stop 9"]);
    expect(brief([...history, start(700)])).toEqual(["0-700 stop 9", "700-700 stale 0"]);
  });

  it("are ignored before they arrive", () => {
    expect(brief(history, 650)).toEqual(["0- open 8"]);
    expect(brief(history, 700)).toEqual(["0-700 stop 9"]);
    expect(brief(history, -1)).toEqual([]);
  });

  it("include idle interim records as signs of life", () => {
    const idle = [start(), interim(300, 5n), interim(600, 5n), interim(900, 5n)].map((one) => ({
      ...one,
      seconds: undefined,
    }));
    expect(brief(idle, 1500)).toEqual(["0- open 5"]);
    expect(sessions(idle, 1500)).toMatchObject([{ lastNewsAt: 900 }]);
  });
});

describe("a session id that is used again", () => {
  it("after a stop is another session, even when some of its records are lost", () => {
    const first = [start(), stop(100, 9n)];
    const second = [start(150), interim(450, 4n, { seconds: 300 }), stop(500, 6n, { seconds: 350 })];
    expect(brief([...first, ...second])).toEqual(["0-100 stop 9", "150-500 stop 6"]);
    expect(brief([...first, ...second.slice(1)])).toEqual(["0-100 stop 9", "150-500 stop 6"]);
    expect(brief([...first, ...second.slice(2)])).toEqual(["0-100 stop 9", "150-500 stop 6"]);
    expect(brief([...second, ...first])).toEqual(["0-100 stop 9", "150-500 stop 6"]);
  });

  it("in the second of the stop is another session", () => {
    const again = [
      start(),
      stop(100, 9n, { seconds: undefined }),
      start(100),
      stop(140, 3n, { seconds: 40 }),
    ];
    expect(brief(again)).toEqual(["0-100 stop 9", "100-140 stop 3"]);
  });

  it("without a stop replaces the session, which ended at its last record", () => {
    const records = [start(), interim(300, 9n), start(500), interim(800, 2n, { seconds: 300 })];
    expect(brief(records, 900)).toEqual(["0-300 replaced 9", "500- open 2"]);
    expect(brief([...records.slice(0, 2), records[3] ?? start()], 900)).toEqual([
      "0-300 replaced 9",
      "500- open 2",
    ]);
  });

  it("is stale, not replaced, when the silence was too long before", () => {
    expect(brief([start(), interim(300, 9n), start(1200)], 1300)).toEqual([
      "0-300 replaced 9",
      "1200- open 0",
    ]);
    expect(brief([start(), interim(300, 9n), start(1201)], 1300)).toEqual(["0-300 stale 9", "1201- open 0"]);
  });

  it("by another user is that user's session", () => {
    const records = [
      start(),
      interim(300, 9n),
      start(500, { user: "bob" }),
      stop(600, 2n, { user: "bob", seconds: 100 }),
    ];
    expect(sessions(records, 700)).toMatchObject([
      { user: "alice", end: { at: 300, by: "replaced" }, download: 9n },
      { user: "bob", end: { at: 600, by: "stop" }, download: 2n },
    ]);
  });

  it("by another user does not end a session that has later records", () => {
    const records = [start(), start(500, { user: "bob" }), interim(600, 9n)];
    expect(brief(records, 700)).toEqual(["0- open 9", "500- open 0"]);
  });

  it("on another NAS is another session", () => {
    const records = [start(), interim(300, 9n), start(400, { nas: "bng-2" })];
    expect(brief(records, 500)).toEqual(["0- open 9", "400- open 0"]);
  });

  it("without Acct-Session-Time is separated by the stop and the counters", () => {
    const bare = { seconds: undefined };
    const records = [start(0, bare), stop(100, 9n, bare), interim(400, 10n, bare), stop(500, 12n, bare)];
    expect(brief(records)).toEqual(["0-100 stop 9", "400-500 stop 12"]);
    const more = [start(0, bare), stop(100, 9n, bare), stop(200, 9n, { ...bare, up: 1n })];
    expect(brief(more)).toEqual(["0-100 stop 9", "200-200 stop 9"]);
  });

  it("takes the session with the nearest begin", () => {
    const records = [start(), stop(1, 1n), start(3), stop(10, 5n, { seconds: 7 })];
    expect(brief(records)).toEqual(["0-1 stop 1", "3-10 stop 5"]);
  });
});

describe("a restart of the NAS", () => {
  it.each(["on", "off"] as const)("closes its open sessions at that time: Accounting-%s", (status) => {
    const records = [start(), interim(300, 9n), start(400, { session: "82" }), nas(status, 500)];
    expect(brief(records, 500)).toEqual(["0-500 nas-restart 9", "400-500 nas-restart 0"]);
    expect(brief(records, 499)).toEqual(["0- open 9", "400- open 0"]);
  });

  it("leaves other NASes, stopped, stale and later sessions alone", () => {
    const stopped = [start(), stop(100, 9n)];
    expect(brief([...stopped, nas("on", 500)])).toEqual(["0-100 stop 9"]);
    expect(brief([start(), nas("on", 500, { nas: "bng-2" })], 600)).toEqual(["0- open 0"]);
    expect(brief([start(), nas("on", 901)])).toEqual(["0-0 stale 0"]);
    expect(brief([start(), nas("on", 900)])).toEqual(["0-900 nas-restart 0"]);
    expect(brief([start(600), nas("on", 500)], 700)).toEqual(["600- open 0"]);
    expect(brief([start(500), nas("on", 500)], 700)).toEqual(["500- open 0"]);
  });

  it("closes at the first of several, and closes a session with a record in the same second", () => {
    expect(brief([start(), nas("on", 520), nas("off", 500)])).toEqual(["0-500 nas-restart 0"]);
    expect(brief([start(), interim(500, 9n), nas("off", 500)])).toEqual(["0-500 nas-restart 9"]);
  });

  it("does not end a session that continues to report", () => {
    expect(brief([start(), nas("on", 500), interim(600, 9n)], 700)).toEqual(["0- open 9"]);
    expect(brief([start(), nas("on", 500), interim(600, 9n), nas("on", 800)], 900)).toEqual([
      "0-800 nas-restart 9",
    ]);
  });

  it("separates sessions of one id that have no session time", () => {
    const bare = { seconds: undefined };
    const records = [start(0, bare), interim(300, 9n, bare), nas("on", 400), interim(700, 4n, bare)];
    expect(brief(records, 800)).toEqual(["0-400 nas-restart 9", "700- open 4"]);
    expect(
      brief([start(0, bare), interim(300, 9n, bare), nas("on", 300), interim(700, 14n, bare)], 800),
    ).toEqual(["0- open 14"]);
    expect(
      brief([start(0, bare), interim(300, 9n, bare), nas("on", 700), interim(700, 14n, bare)], 700),
    ).toEqual(["0-700 nas-restart 14"]);
  });
});

describe("counters", () => {
  const wrapped = [start(), interim(300, 4n * GB), interim(600, 1n * GB), stop(900, 2n * GB)];

  it("of 32 bits wrap", () => {
    expect(sessions(wrapped)).toMatchObject([{ download: 2n ** 32n + 2n * GB, wraps: 1, resets: 0 }]);
    expect(sessions(wrapped, 86_400, { counters: "32-bit" })).toMatchObject([{ wraps: 1 }]);
  });

  it("wrap in each direction separately", () => {
    const both = [start(), interim(300, 4n * GB, { up: 3n * GB }), interim(600, 5n, { up: 7n })];
    expect(sessions(both)).toMatchObject([{ wraps: 2, upload: 2n ** 32n + 7n, download: 2n ** 32n + 5n }]);
  });

  it("of 64 bits that fall were reset and count from 0", () => {
    const wide = wrapped.map((one, index) => ({ ...one, wide: index === 1 }));
    expect(sessions(wide)).toMatchObject([{ download: 6n * GB, wraps: 0, resets: 1 }]);
    expect(sessions(wrapped, 86_400, { counters: "64-bit" })).toMatchObject([
      { download: 6n * GB, resets: 1 },
    ]);
    expect(sessions(wide, 86_400, { counters: "32-bit" })).toMatchObject([{ wraps: 1 }]);
  });

  it("were reset when no subscriber is fast enough for a wrap", () => {
    // 2^32 - 4 GB + 1 GB in 302 s are 34,303,769.4 bits per second.
    const slow = [start(), interim(1000, 4n * GB), interim(1300, 1n * GB), stop(1600, 2n * GB)];
    const at = (fastestBitsPerSecond: bigint) => sessions(slow, 86_400, { fastestBitsPerSecond });
    expect(at(34_303_770n)).toMatchObject([{ wraps: 1, resets: 0 }]);
    expect(at(34_303_769n)).toMatchObject([{ wraps: 0, resets: 1, download: 6n * GB }]);
  });

  it("were reset when they were beyond 32 bits", () => {
    const beyond = [start(), interim(300, 5n * GB), interim(600, 1n * GB)];
    expect(sessions(beyond, 86_400, { counters: "32-bit" })).toMatchObject([
      { resets: 1, download: 6n * GB },
    ]);
    const edge = [start(), interim(300, 2n ** 32n), interim(600, 0n)];
    expect(sessions(edge, 86_400, { counters: "32-bit" })).toMatchObject([
      { resets: 1, download: 2n ** 32n },
    ]);
  });

  it("may wrap within one second of two records", () => {
    const records = [
      start(),
      interim(300, 2n ** 32n - 1n, { seconds: 300 }),
      stop(300, 5n, { seconds: 300 }),
    ];
    expect(sessions(records)).toMatchObject([{ wraps: 1, download: 2n ** 32n + 5n }]);
  });

  it("of a start are ignored", () => {
    expect(brief([start(0, { bytes: 7n }), interim(300, 3n)], 400)).toEqual(["0- open 3"]);
  });
});

describe("a record that no NAS can have sent", () => {
  it.each([
    [interim(1, -1n), /octets of 0 or more; found 0 and -1/],
    [interim(1, 1n, { up: -1n }), /octets of 0 or more; found -1 and 1/],
    [interim(1, 1n, { nas: "" }), /a NAS; found an empty text/],
    [interim(1, 1n, { session: "" }), /a session id; found none in the record of status interim/],
    [interim(1, 1n, { seconds: -1 }), /a session time of 0 or more whole seconds; found -1/],
    [interim(1, 1n, { seconds: 0.5 }), /a session time of 0 or more whole seconds; found 0.5/],
    [interim(1, 1n, { delay: -1 }), /a delay of 0 or more whole seconds; found -1/],
    [interim(1, 1n, { delay: 0.5 }), /a delay of 0 or more whole seconds; found 0.5/],
  ])("is refused %#", (wrong, message) => {
    expect(() => sessions([wrong])).toThrow(message);
    expect(() => sessions([wrong])).toThrow(/write the value that the NAS sent, see RFC 2866/);
    expect(() => sessions([wrong])).toThrow(expect.objectContaining({ code: "SESSION_INVALID" }));
  });
});

describe("a record sent again without Acct-Delay-Time, whose first sending was lost", () => {
  it("belongs to its session and does not begin another", () => {
    expect(brief([start(), interim(340, 5n, { seconds: 300 }), interim(600, 8n)], 700)).toEqual([
      "0- open 8",
    ]);
    expect(brief([start(), interim(420, 5n, { seconds: 300 })], 700)).toEqual(["0- open 5"]);
    expect(brief([start(), interim(421, 5n, { seconds: 300 })], 700)).toEqual([
      "0-0 replaced 0",
      "121- open 5",
    ]);
  });

  it("is recognized as the first known record", () => {
    expect(brief([interim(340, 5n, { seconds: 300 }), interim(600, 8n)], 700)).toEqual(["0- open 8"]);
    expect(brief([interim(420, 5n, { seconds: 300 }), interim(600, 8n)], 700)).toEqual(["0- open 8"]);
    expect(brief([interim(421, 5n, { seconds: 300 }), interim(600, 8n)], 700)).toEqual([
      "0- open 8",
      "121- open 5",
    ]);
  });

  it("is recognized as the start", () => {
    expect(sessions([start(30, { seconds: 0 }), interim(300, 5n)], 400)).toMatchObject([
      { beganAt: 0, startSeen: true, download: 5n },
    ]);
    expect(brief([start(), start(5, { seconds: 0 })], 100)).toEqual(["0- open 0"]);
    expect(brief([start(), start(121, { seconds: 0 })], 130)).toEqual(["0-0 replaced 0", "121- open 0"]);
  });

  it("is not assumed when the NAS sends the time of the event", () => {
    const exact = { eventAt: noon + 340 };
    expect(brief([start(), interim(340, 5n, { seconds: 300, ...exact })], 400)).toEqual([
      "0-0 replaced 0",
      "40- open 5",
    ]);
    expect(brief([start(), start(5, { seconds: 0, eventAt: noon + 5 })], 100)).toEqual([
      "0-0 replaced 0",
      "5- open 0",
    ]);
  });
});

describe("the details of order", () => {
  const bare = { seconds: undefined };

  it("are decided by the counters within one second, so that none seems to fall", () => {
    for (const [more, less] of [
      [{ bytes: 9n }, { bytes: 5n }],
      [{ up: 9n }, { up: 5n }],
    ]) {
      const records = [
        start(),
        record("interim", { at: 300, ...more, ...bare }),
        record("interim", { at: 300, ...less, ...bare }),
      ];
      expect(sessions(records, 400)).toMatchObject([{ resets: 0, wraps: 0 }]);
      expect(sessions(records.toReversed(), 400)).toEqual(sessions(records, 400));
    }
    const two = [start(), interim(300, 9n, { seconds: 301 }), interim(300, 5n, { seconds: 300 })];
    expect(sessions(two, 400)).toMatchObject([{ download: 9n, resets: 0, wraps: 0 }]);
  });

  it("are the same for records that differ in their class or cause only", () => {
    const classes = [start(), interim(300, 5n, { class: "a" }), interim(300, 5n, { class: "b" })];
    expect(sessions(classes.toReversed(), 400)).toEqual(sessions(classes, 400));
    const causes = [start(), stop(300, 5n, { cause: "a" }), stop(300, 5n, { cause: "b" })];
    expect(sessions(causes.toReversed(), 400)).toEqual(sessions(causes, 400));
  });

  it("use the event, not the arrival", () => {
    const late = interim(5000, 5n, { delay: 4700, ...bare });
    expect(sessions([start(), late], 5000)).toMatchObject([
      { lastNewsAt: 300, usage: [{ from: 0, to: 300 }] },
    ]);
    const kept = interim(200_000, 5n, { delay: 150_000, eventAt: noon + 300, ...bare });
    expect(sessions([start(), kept], 200_000)).toMatchObject([{ lastNewsAt: 300 }]);
    const exact = interim(310, 5n, { eventAt: noon + 301, seconds: 300 });
    expect(sessions([start(), exact], 400)).toMatchObject([{ lastNewsAt: 301 }]);
  });

  it("allow repeats in both counters", () => {
    const both = [start(), stop(700, 9n, { up: 9n })];
    expect(sessions([...both, stop(9000, 9n, { up: 9n, seconds: 700 })])).toEqual(sessions(both));
    const other = stop(9000, 9n, { up: 8n, seconds: 700 });
    expect(brief([...both, other])).toEqual(["0-700 stop 9", "8300-9000 stop 9"]);
  });

  it("keep two sessions open that begin in one second", () => {
    expect(brief([start(), start(0, { user: "bob" })], 100)).toEqual(["0- open 0", "0- open 0"]);
  });

  it("allow a wrap at exactly the greatest speed", () => {
    const records = [start(), interim(15_000_000, 2n ** 32n - 500n), interim(15_000_001, 500n)];
    const at = (fastestBitsPerSecond: bigint) => sessions(records, 15_000_100, { fastestBitsPerSecond });
    expect(at(2667n)).toMatchObject([{ wraps: 1 }]);
    expect(at(2666n)).toMatchObject([{ wraps: 0, resets: 1 }]);
  });
});

describe("a begin that lies between two sessions of an id", () => {
  it("belongs to the nearer one, within two seconds", () => {
    const records = [start(), stop(1, 1n), start(4), interim(302, 5n, { seconds: 300 })];
    expect(brief(records, 400)).toEqual(["0-1 stop 1", "2- open 5"]);
    const middle = [start(), stop(1, 1n), start(3), interim(302, 5n, { seconds: 300 })];
    expect(brief(middle, 400)).toEqual(["0-1 stop 1", "2- open 5"]);
    expect(brief([start(), interim(302, 5n, { seconds: 300, eventAt: noon + 302 })], 400)).toEqual([
      "0- open 5",
    ]);
    expect(brief([start(), interim(303, 5n, { seconds: 300, eventAt: noon + 303 })], 400)).toHaveLength(2);
  });

  it("belongs to the session before when that had later records", () => {
    const late = interim(1100, 8n, { seconds: 600 });
    const stopped = [start(), interim(300, 5n), stop(900, 9n)];
    expect(brief([...stopped, late])).toEqual(["0-900 stop 9"]);
    const longer = interim(2000, 8n, { seconds: 1200 });
    expect(brief([...stopped, longer], 2100)).toEqual(["0-900 stop 9", "800- open 8"]);
  });

  it("is a session of its own when it is after the records of the one before", () => {
    const records = [start(), stop(500, 9n), interim(1000, 3n, { seconds: 499 })];
    expect(brief(records, 1100)).toEqual(["0-500 stop 9", "501- open 3"]);
    const within = [start(), stop(500, 9n), interim(900, 3n, { seconds: 402 })];
    expect(brief(within, 1000)).toEqual(["0-500 stop 9", "498- open 3"]);
    expect(brief([start(), stop(500, 9n), interim(900, 3n, { seconds: 403 })], 1000)).toEqual([
      "0-500 stop 9",
    ]);
  });
});
