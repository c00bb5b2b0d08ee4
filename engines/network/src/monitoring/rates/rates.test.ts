import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { refusalOf } from "../testing/refusal-of.ts";
import { countRates } from "./count-rates.ts";
import type { Counter, Reading } from "./counter.ts";

const settings = { longestGapSeconds: 900, slackSeconds: 10 };
const counter32: Counter = { width: 32, bitsPerCount: 8n, bitsPerSecond: 10_000_000n };
const counter64: Counter = { width: 64, bitsPerCount: 8n, bitsPerSecond: 1_000_000_000n };
const unrated = ({ bitsPerSecond: _, ...counter }: Counter): Counter => counter;
const between = (counter: Counter, before: Omit<Reading, "at">, after: Omit<Reading, "at">, seconds = 300) =>
  countRates(
    counter,
    [
      { at: 1000, ...before },
      { at: 1000 + seconds, ...after },
    ],
    settings,
  )[0];
const top32 = (1n << 32n) - 1n;

describe("the rate of a counter", () => {
  it("is the difference of counts divided by the seconds, rounded half up", () => {
    expect(between(counter64, { value: 100n }, { value: 100n + 750n }, 300)).toEqual({
      from: 1000,
      to: 1300,
      kind: "counted",
      count: 750n,
      perSecond: 3n,
      wrapped: false,
    });
    expect(between(counter64, { value: 0n }, { value: 749n }, 300)).toMatchObject({ perSecond: 2n });
    expect(between(counter64, { value: 5n }, { value: 5n })).toMatchObject({ kind: "counted", count: 0n });
  });

  it("takes readings in any order, and a repeated one once", () => {
    const readings = [
      { at: 600, value: 30n },
      { at: 0, value: 0n },
      { at: 300, value: 10n },
      { at: 300, value: 10n },
    ];
    expect(countRates(counter64, readings, settings)).toMatchObject([
      { from: 0, to: 300, count: 10n },
      { from: 300, to: 600, count: 20n },
    ]);
    expect(countRates(counter64, readings.slice(0, 1), settings)).toEqual([]);
  });

  it("continues through a wrap of 32 bits that the interface's speed allows", () => {
    expect(between(counter32, { value: top32 - 99n }, { value: 200n })).toMatchObject({
      kind: "counted",
      count: 300n,
      wrapped: true,
    });
  });

  it("treats a fall that no speed explains as a reset", () => {
    expect(between(counter32, { value: 2_000_000_000n }, { value: 5n })).toMatchObject({
      kind: "reset",
      reason: "implausible",
    });
    expect(between(counter64, { value: 2_000_000_000n }, { value: 5n })).toMatchObject({
      reason: "implausible",
    });
    expect(between(counter64, { value: (1n << 64n) - 5n }, { value: 5n })).toMatchObject({ count: 10n });
  });

  it("treats a jump that no speed explains as a reset, exact to one count", () => {
    const most = (10_000_000n * 310n) / 8n;
    expect(between(counter32, { value: 0n }, { value: most })).toMatchObject({ kind: "counted" });
    expect(between(counter32, { value: 0n }, { value: most + 1n })).toMatchObject({ reason: "implausible" });
  });

  it("is unknown when 32 bits may have wrapped more than once", () => {
    const fast = { ...counter32, bitsPerSecond: 1_000_000_000n };
    expect(between(fast, { value: 0n }, { value: 5n }, 60)).toMatchObject({
      kind: "unclear",
      reason: "may have wrapped more than once",
    });
    // 2^32 octets at 1 Gbit/s take 34.36 s; with 10 s of slack, 24 s are the longest sure time.
    expect(between(fast, { value: 0n }, { value: 5n }, 24)).toMatchObject({ kind: "counted" });
    expect(between(fast, { value: 0n }, { value: 5n }, 25)).toMatchObject({ kind: "unclear" });
  });

  it("requires a continuous sysUpTime for a wrap when the speed is unknown", () => {
    const plain = unrated(counter32);
    const fall = [{ value: top32 }, { value: 9n }] as const;
    expect(between(plain, ...fall)).toMatchObject({ kind: "unclear", reason: "wrapped or reset" });
    expect(between(plain, { value: top32, upTime: 0n }, { value: 9n, upTime: 30_000n })).toMatchObject({
      count: 10n,
      wrapped: true,
    });
    expect(
      between(unrated(counter64), { value: 9n, upTime: 0n }, { value: 8n, upTime: 30_000n }),
    ).toMatchObject({ kind: "unclear" });
    expect(between(plain, { value: 0n }, { value: top32 })).toMatchObject({ kind: "counted", count: top32 });
  });

  it("ends at a restart, which sysUpTime shows also when the value rose", () => {
    const reset = { kind: "reset", reason: "restart" };
    expect(
      between(counter64, { value: 10n, upTime: 900_000n }, { value: 20n, upTime: 5_000n }),
    ).toMatchObject(reset);
    expect(between(counter64, { value: 1n, upTime: 0n }, { value: 20n, upTime: 28_000n })).toMatchObject(
      reset,
    );
    expect(between(counter64, { value: 1n, upTime: 0n }, { value: 20n, upTime: 29_000n })).toMatchObject({
      kind: "counted",
    });
    expect(between(counter64, { value: 1n, upTime: 0n }, { value: 20n, upTime: 31_000n })).toMatchObject({
      kind: "counted",
    });
    expect(between(counter64, { value: 1n }, { value: 20n, upTime: 1n })).toMatchObject({ kind: "counted" });
    expect(between(counter64, { value: 1n, upTime: 1n }, { value: 20n })).toMatchObject({ kind: "counted" });
  });

  it("ends at a restart soon after another, within the tolerance of the clocks", () => {
    expect(between(counter64, { value: 1n, upTime: 500n }, { value: 20n, upTime: 499n }, 5)).toMatchObject({
      reason: "restart",
    });
    expect(between(counter64, { value: 1n, upTime: 500n }, { value: 20n, upTime: 500n }, 5)).toMatchObject({
      kind: "counted",
    });
  });

  it("continues when sysUpTime wraps after 497 days", () => {
    const before = { value: 10n, upTime: top32 - 9_999n };
    expect(between(counter64, before, { value: 20n, upTime: 20_000n })).toMatchObject({ count: 10n });
    expect(between(counter64, before, { value: 20n, upTime: 18_999n })).toMatchObject({ reason: "restart" });
  });

  it("ends at a discontinuity that the device reports", () => {
    const before = { value: 10n, upTime: 0n, discontinuity: 0n };
    const after = { value: 20n, upTime: 30_000n, discontinuity: 0n };
    expect(between(counter64, before, after)).toMatchObject({ kind: "counted" });
    expect(between(counter64, before, { ...after, discontinuity: 29_000n })).toMatchObject({
      kind: "reset",
      reason: "discontinuity",
    });
  });

  it("is unknown over a gap", () => {
    expect(between(counter64, { value: 1n }, { value: 2n }, 900)).toMatchObject({ kind: "counted" });
    expect(between(counter64, { value: 1n }, { value: 2n }, 901)).toEqual({
      from: 1000,
      to: 1901,
      kind: "gap",
    });
  });

  it("refuses values that the counter cannot have", () => {
    expect(refusalOf(() => between(counter32, { value: 1n << 32n }, { value: 0n }))).toContain(
      "expected a counter's value from 0 to 2^32 - 1; found 4294967296: check the width of the counter",
    );
    expect(refusalOf(() => between(counter32, { value: -1n }, { value: 0n }))).toContain("found -1");
    expect(refusalOf(() => between(counter64, { value: 0n, upTime: 1n << 32n }, { value: 0n }))).toContain(
      "expected upTime",
    );
    expect(refusalOf(() => between(counter64, { value: 0n, discontinuity: -1n }, { value: 0n }))).toContain(
      "expected discontinuity",
    );
    expect(refusalOf(() => between(counter32, { value: 1n }, { value: 2n }, 0))).toContain(
      "expected one value per instant; found 1 and 2 at 1970-01-01T00:16:40Z: leave one of the two out",
    );
    expect(refusalOf(() => countRates(counter32, [], { ...settings, longestGapSeconds: 0 }))).toContain(
      "longestGapSeconds",
    );
    expect(refusalOf(() => countRates(counter32, [], { ...settings, slackSeconds: -1 }))).toContain(
      "slackSeconds",
    );
  });

  it("never counts more than a real counter counted, through wraps and restarts", () => {
    const step = fc.record({
      seconds: fc.integer({ min: 30, max: 600 }),
      share: fc.nat(100),
      restart: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.bigInt(0n, top32), fc.array(step, { minLength: 1, maxLength: 20 }), (first, steps) => {
        let [at, passed, upTime] = [0, first, 1_000_000n];
        const readings: Reading[] = [{ at, value: passed, upTime }];
        const truths: (bigint | undefined)[] = [];
        for (const { seconds, share, restart } of steps) {
          const count = BigInt(seconds * share) * 12_500n;
          at += seconds;
          passed = restart ? count / 2n : passed + count;
          upTime = restart ? BigInt(seconds) * 50n : upTime + BigInt(seconds) * 100n;
          readings.push({ at, value: passed % (top32 + 1n), upTime });
          truths.push(restart ? undefined : count);
        }
        for (const [index, rate] of countRates(counter32, readings, settings).entries()) {
          if (rate.kind === "counted") expect(rate.count).toBe(truths[index]);
          else expect(rate.kind).toBe("reset");
        }
      }),
      runs(300),
    );
  });
});
