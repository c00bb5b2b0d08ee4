import { describe, expect, it } from "vitest";
import type { AccountingRecord } from "../records/accounting-record.ts";
import { interim, noon, start, stop } from "../testing/records.ts";
import { bare, clock, named } from "../testing/stamps.ts";

const MB = 1_000_000n;

/** A report without session time, whose stamp may differ from its sending. */
const report = (at: number, bytes: bigint, stamp: number, more: object = {}) =>
  interim(at, bytes, clock(stamp, { ...bare, ...more }));
const begin = (at: number, stamp: number) => start(at, clock(stamp, bare));
const end = (at: number, bytes: bigint, stamp: number) => stop(at, bytes, clock(stamp, bare));

type Case = readonly [meaning: string, records: AccountingRecord[], wrong: string[]];

describe("a timestamp behind its arrival, of a record without session time", () => {
  const sent = [begin(0, 0), report(300, 5n * MB, 300)];

  it.each<Case>([
    ["one second before the record that was sent last", [...sent, report(310, 8n * MB, 299)], ["2 eventAt"]],
    ["at the instant of the last start", [...sent, report(600, 8n * MB, 0)], ["2 eventAt"]],
  ])("is wrong: %s", (_, records, wrong) => {
    expect(named(records)).toEqual(wrong);
  });

  it.each<Case>([
    ["it is the first that was sent", [report(600, 5n * MB, 300), report(601, 8n * MB, 600)], []],
    ["it repeats the last stamp", [...sent, report(600, 8n * MB, 300)], []],
    ["it is before the last start", [...sent, begin(400, 400), report(600, 8n * MB, 350)], []],
    ["it is before the last stop", [begin(0, 0), end(300, 5n * MB, 300), report(600, 8n * MB, 200)], []],
    ["its counter is lower", [...sent, report(600, 4n * MB, 200)], []],
    ["the line was idle", [...sent, report(600, 5n * MB, 200)], []],
    [
      "one counter is lower",
      [begin(0, 0), report(300, 5n * MB, 300, { upload: 9n }), report(600, 8n * MB, 200)],
      [],
    ],
  ])("is right when %s", (_, records, wrong) => {
    expect(named(records)).toEqual(wrong);
  });

  it.each([
    ["the earlier record", { upload: undefined }, { upload: 7n }],
    ["the later record", { upload: 7n }, { upload: undefined }],
    ["both records", { upload: undefined }, { upload: undefined }],
  ])("is wrong because of one counter when %s lacks the other", (_, earlier, later) => {
    const records = [begin(0, 0), report(300, 5n * MB, 300, earlier), report(600, 8n * MB, 200, later)];
    expect(named(records)).toEqual(["2 eventAt"]);
  });

  it("is compared with the last event and not with a late record that was sent after it", () => {
    const late = report(1000, 8n * MB, 600);
    const records = [begin(0, 0), report(900, 9n * MB, 900), late, report(1200, 10n * MB, 700)];
    expect(named(records)).toEqual(["3 eventAt"]);
  });

  it("is compared with the record that has counters when two have the same second", () => {
    const none = report(300, 0n, 300, { upload: undefined, download: undefined });
    expect(named([begin(0, 0), none, report(300, 5n * MB, 300), report(600, 8n * MB, 120)])).toEqual([
      "3 eventAt",
    ]);
  });

  it.each([
    [61, 61, []],
    [62, 60, []],
    [63, 60, ["2 eventAt"]],
  ])("is rounded up to two seconds: sent at %i, dated %i, after a timestamp of 62", (at, stamp, wrong) => {
    const late = report(900, 1n * MB, 500);
    expect(named([begin(0, 0), report(60, 5n * MB, 62), report(at, 8n * MB, stamp), late])).toEqual(wrong);
  });
});

describe("a timestamp ahead of its arrival, of a record without session time", () => {
  it.each<Case>([
    ["the next record is in time", [begin(0, 120), report(60, MB, 60)], ["0 eventAt"]],
    ["the next record is two seconds late", [begin(0, 120), report(60, MB, 58)], ["0 eventAt"]],
    ["the next record is three seconds late", [begin(0, 120), report(60, MB, 57)], []],
    ["all are ahead", [begin(0, 120), report(60, MB, 180), end(120, 2n * MB, 240)], []],
    ["it is three seconds ahead", [begin(0, 3), report(60, MB, 60)], ["0 eventAt"]],
    ["it is two seconds ahead", [begin(0, 2), report(60, 2n * MB, 60), report(900, MB, 500)], []],
    ["the start has a session time of 0", [start(0, clock(120)), report(60, MB, 60)], ["0 eventAt"]],
  ])("is judged by the records that were sent after it: %s", (_, records, wrong) => {
    expect(named(records)).toEqual(wrong);
  });

  it("is judged by the begin alone when there is a session time", () => {
    const ahead = interim(60, MB, { ...clock(180), seconds: 60 });
    expect(named([ahead, begin(1000, 1000)])).toEqual([]);
    expect(named([ahead, start(0, { ...clock(0), arrivedAt: noon })])).toEqual(["0 eventAt"]);
  });
});
