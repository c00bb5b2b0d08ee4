import { describe, expect, it } from "vitest";
import { brief, interim, noon, start, stop } from "../testing/records.ts";
import { clock, named } from "../testing/stamps.ts";

const MB = 1_000_000n;
/** A report that arrives after its event, with the right stamp and session time. */
const late = (at: number, seconds: number, arrived: number, more: object = {}) =>
  interim(at, 8n * MB, { ...clock(at), seconds, arrivedAt: noon + arrived, ...more });

describe("a timestamp and the begins of other sessions of its id", () => {
  // A report of 600 seconds that is dated at 600 arrives at 4000, as if it had begun at 3400.
  const arrived = late(600, 600, 4000);

  it.each([
    ["that began at its arrival by a stamp", start(3400, clock(3400)), ["0 eventAt"]],
    ["that began two seconds later, with no stamp", start(3402), ["0 eventAt"]],
    ["that began three seconds later, with no stamp", start(3403), []],
    [
      "that began 50 seconds later by a stamp",
      interim(3550, MB, clock(3550, { seconds: 100 })),
      ["0 eventAt"],
    ],
    ["that began 50 seconds later, with no stamp", interim(3550, MB, { seconds: 100 }), []],
    ["that began 121 seconds later by a stamp", start(3521, clock(3521)), []],
  ])("is wrong only because of a session %s", (_, other, wrong) => {
    expect(named([arrived, other])).toEqual(wrong);
  });

  it.each([
    ["of the same user", "alice", ["0 eventAt"]],
    ["without a user", "", ["0 eventAt"]],
    ["of another user", "bob", []],
  ])("is compared with a session %s as expected", (_, user, wrong) => {
    expect(named([arrived, start(3400, clock(3400, { user }))])).toEqual(wrong);
  });

  it("is wrong because of a session of its user while another user has the id", () => {
    const others = [start(0, clock(0, { user: "bob" })), stop(100, MB, clock(100, { user: "bob" }))];
    expect(named([...others, arrived, start(3400, clock(3400))])).toEqual(["2 eventAt"]);
  });

  it("is right when begins differ by two seconds", () => {
    // By its stamp the report began at 0 and by its arrival at 4. The start was at 2.
    const records = [start(2, clock(2)), late(300, 300, 304)];
    expect(named(records)).toEqual([]);
    expect(brief([...records, stop(602, 9n * MB, clock(602, { seconds: 600 }))])).toEqual([
      `0-602 stop ${9n * MB}`,
    ]);
  });

  it.each([
    [350, []],
    [280, []],
    [279, ["0 eventAt", "1 eventAt"]],
  ])(
    "is right when all records are late by up to two minutes more: 400 and %i seconds",
    (lateness, wrong) => {
      // The first session began at 0 and the second one at 480 less its lateness, which seem to begin at 400 and 480.
      const next = late(580 - lateness, 100, 580);
      expect(named([late(300, 300, 700), next])).toEqual(wrong);
    },
  );
});

describe("a session that seems to begin within an earlier one", () => {
  const first = [start(0, clock(0)), stop(3600, 9n * MB, clock(3600, { seconds: 3600 }))];
  /** A start and a report after 300 seconds by a clock that is set back. */
  const back = (at: number, by: number) => [
    start(at, clock(at - by)),
    interim(at + 300, 20n * MB, clock(at + 300 - by, { seconds: 300 })),
  ];
  const both = ["2 eventAt", "3 eventAt"];

  it.each([
    ["two minutes back, as records may be repeated for so long", 3610, 120, []],
    ["two minutes and a second back", 3610, 121, both],
    ["to three seconds before the end of the first", 5000, 1403, both],
    ["to two seconds before the end of the first, by rounding", 5000, 1402, []],
    ["to three seconds after the begin of the first", 5000, 4997, both],
    ["to an instant before the first", 3700, 4700, []],
  ])("has wrong timestamps as expected when the clock was set %s", (_, at, by, wrong) => {
    expect(named([...first, ...back(at, by)])).toEqual(wrong);
  });

  it("has right timestamps when it is one late report, even if it comes twice", () => {
    // It began at 1000 by the stamp and at 4700 by its arrival, where nothing else began.
    const report = late(1300, 300, 5000);
    expect(named([...first, report])).toEqual([]);
    expect(named([...first, report, report])).toEqual([]);
  });

  it("has wrong timestamps when sessions overlap, as the stop of the first comes after the start of the second", () => {
    const second = [start(3650, clock(3650)), interim(3700, MB, clock(3700, { seconds: 49 }))];
    const end = stop(3800, 9n * MB, clock(3800, { seconds: 3800 }));
    expect(named([...second, end, ...back(5000, 4000)])).toEqual(["3 eventAt", "4 eventAt"]);
  });
});
