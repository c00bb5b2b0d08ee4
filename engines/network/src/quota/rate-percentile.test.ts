import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import type { RateSample } from "./place-samples.ts";
import { type PercentileSettings, ratePercentile, samplesOfPeriod } from "./rate-percentile.ts";

const paris = Zone.of("Europe/Paris");
const on = (from: string, to: string) => ({ from: LocalDate.parse(from), to: LocalDate.parse(to) });
const day = on("2026-01-10", "2026-01-11");
const midnight = paris.startOf(day.from);

/** Samples of the day's first five minutes on. */
const series = (count: number, rates: (slot: number) => readonly [number, number]): RateSample[] =>
  Array.from({ length: count }, (_, slot) => {
    const [rateIn, out] = rates(slot);
    return { at: midnight + 300 * slot, in: BigInt(rateIn), out: BigInt(out) };
  });

function percentile(samples: RateSample[], settings: Partial<PercentileSettings> = {}, period = day) {
  return ratePercentile(samples, period, paris, { direction: "larger", missing: "leave-out", ...settings });
}

describe("the 95th percentile", () => {
  it("is the highest rate after the top twentieth is discarded", () => {
    const hundred = series(100, (slot) => [slot + 1, 100 - slot]);
    expect(percentile(hundred)).toEqual({ expected: 288, missing: 188, in: 95n, out: 95n, billed: 95n });
    expect(percentile(hundred.toReversed())).toMatchObject({ billed: 95n });
    expect(percentile(series(19, (slot) => [slot, 0])).in).toBe(18n);
    expect(percentile(series(20, (slot) => [slot, 0])).in).toBe(18n);
    expect(percentile(series(21, (slot) => [slot, 0])).in).toBe(19n);
    expect(percentile(series(4, () => [7, 7])).in).toBe(7n);
  });

  // A month of 30 days has 8640 samples, of which the top 432 are discarded:
  // docs.swiftfederation.com/Billing/95th_Percentile.html.
  it("of a month of 30 days is the 8208th of 8640", () => {
    const april = on("2026-04-01", "2026-05-01");
    const from = paris.startOf(april.from);
    const samples = Array.from({ length: 8640 }, (_, slot) => ({
      ...{ at: from + 300 * slot, in: BigInt(((slot * 7) % 8640) + 1), out: 0n },
    }));
    expect(percentile(samples, {}, april)).toMatchObject({ expected: 8640, missing: 0, billed: 8208n });
  });

  it.each([
    ["2026-01-01", "2026-02-01", 31 * 288],
    ["2026-03-29", "2026-03-30", 276],
    ["2026-10-25", "2026-10-26", 300],
    ["2026-03-01", "2026-04-01", 31 * 288 - 12],
    ["2026-10-01", "2026-11-01", 31 * 288 + 12],
    ["2026-03-01", "2026-03-01", 0],
  ])("from %s to %s has %i samples", (from, to, expected) => {
    expect(percentile([], {}, on(from, to))).toEqual({
      expected,
      missing: expected,
      in: 0n,
      out: 0n,
      billed: 0n,
    });
  });

  it("of more than a year is refused", () => {
    expect(percentile([], {}, on("2026-01-01", "2027-01-02")).expected).toBe(366 * 288);
    const longer = () => percentile([], {}, on("2026-01-01", "2027-01-03"));
    expect(longer).toThrow(/at most 366 days; found 2026-01-01\/2027-01-03: ask for a month/);
    expect(longer).toThrow(expect.objectContaining({ code: "QUOTA_INVALID" }));
  });

  it.each([
    ["in", 30n],
    ["out", 40n],
    ["larger", 40n],
    ["larger-sample", 50n],
    ["sum", 60n],
  ] as const)("is billed by direction: %s", (direction, billed) => {
    // Of 40 samples the top two are discarded: 38 quiet ones would hide the others.
    const rates = (slot: number): [number, number] => {
      if (slot === 0) return [50, 10];
      if (slot === 1) return [50, 10];
      if (slot === 2) return [30, 10];
      return slot < 6 ? [10, 40 + 10 * Number(slot < 5)] : [5, 5];
    };
    expect(percentile(series(40, rates), { direction })).toMatchObject({ in: 30n, out: 40n, billed });
  });

  it("takes the larger of both directions", () => {
    expect(percentile(series(3, () => [9, 4])).billed).toBe(9n);
    expect(percentile(series(3, () => [4, 9])).billed).toBe(9n);
    expect(
      percentile(
        series(3, () => [9, 4]),
        { direction: "larger-sample" },
      ).billed,
    ).toBe(9n);
  });

  it("leaves out, counts as 0 or repeats missing samples", () => {
    // 14 samples of 288 are discarded, so the 15th highest is billed.
    const few = series(10, (slot) => [100 + slot, 1]);
    expect(percentile(few, { missing: "leave-out" })).toMatchObject({ missing: 278, in: 109n });
    expect(percentile(few, { missing: "zero" })).toMatchObject({ missing: 278, in: 0n });
    expect(percentile(few, { missing: "previous" })).toMatchObject({ missing: 278, in: 109n });
    const gap = [...few.slice(0, 2), { at: midnight + 300 * 200, in: 7n, out: 7n }];
    expect(percentile(gap, { missing: "previous" })).toMatchObject({ in: 101n, out: 7n });
    expect(
      percentile([{ at: midnight + 300 * 280, in: 7n, out: 7n }], { missing: "previous" }),
    ).toMatchObject({ in: 0n });
  });

  it("takes a sample into the nearest five minutes, and ignores those nearest to other months", () => {
    const inside = [
      { at: midnight - 150, in: 1n, out: 0n },
      { at: midnight + 150, in: 2n, out: 0n },
      { at: midnight + 86_249, in: 3n, out: 0n },
    ];
    const outside = [
      { at: midnight - 151, in: 9n, out: 0n },
      { at: midnight + 86_250, in: 9n, out: 0n },
    ];
    expect(percentile([...inside, ...outside])).toMatchObject({ missing: 285, in: 3n });
  });

  it("takes every sample of a poller that is some seconds early and late", () => {
    const late = (slot: number) => ((slot * 37) % 21) - 10;
    const jittered = series(288, (slot) => [slot + 1, 0]).map((one, slot) => ({
      ...one,
      at: one.at + late(slot),
    }));
    expect(percentile(jittered)).toMatchObject({ missing: 0, in: 274n });
  });

  it("refuses a rate below 0", () => {
    const one = { at: midnight, in: 5n, out: 6n };
    expect(() => percentile([{ ...one, in: -1n }])).toThrow(
      /^expected rates of 0 or more; found -1 in and 6 out at 2026-01-09T23:00:00Z: correct the series$/,
    );
    expect(() => percentile([{ ...one, out: -1n }])).toThrow(
      expect.objectContaining({ code: "QUOTA_INVALID" }),
    );
    expect(percentile([{ ...one, in: 0n, out: 0n }])).toMatchObject({ in: 0n });
  });
});

describe("several samples of the same five minutes", () => {
  const one = { at: midnight, in: 5n, out: 6n };
  const setAside = (samples: RateSample[]) =>
    samplesOfPeriod(samples, day, paris).setAside.map(({ index }) => index);

  it("count once when they have the same values", () => {
    const twice = [one, { ...one, at: midnight + 1 }, one];
    expect(percentile(twice)).toMatchObject({ missing: 287, in: 5n, out: 6n });
    expect(setAside(twice)).toEqual([]);
  });

  it("are of several ports when they have one instant", () => {
    const ports = [one, { ...one, in: 4n }, { at: midnight + 300, in: 1n, out: 0n }];
    expect(percentile(ports)).toMatchObject({ missing: 286, in: 9n, out: 12n });
    expect(setAside(ports)).toEqual([]);
  });

  it("are added by the names of their ports, for any instants and rates", () => {
    const ports = [
      { ...one, port: "a" },
      { ...one, at: midnight + 20, port: "b" },
      { ...one, at: midnight - 3, port: "c", in: 90n },
    ];
    expect(percentile(ports)).toMatchObject({ in: 100n, out: 18n });
    expect(setAside(ports)).toEqual([]);
  });

  it("count as the nearest to the mark when they are of one port, and the others are reported", () => {
    const polled = [{ ...one, at: midnight - 60, in: 90n }, one, { ...one, at: midnight + 60, in: 80n }];
    expect(percentile(polled)).toMatchObject({ in: 5n });
    expect(setAside(polled)).toEqual([0, 2]);
    expect(samplesOfPeriod(polled, day, paris).setAside[0]?.message).toBe(
      "expected one sample of a port for each five minutes; found 90 in and 6 out at 2026-01-09T22:59:00Z beside 5 in and 6 out at 2026-01-09T23:00:00Z, which counts: name the ports where they are two",
    );
    const equallyFar = [
      { ...one, at: midnight + 60, in: 80n },
      { ...one, at: midnight - 60 },
    ];
    expect(percentile(equallyFar)).toMatchObject({ in: 5n });
    expect(percentile(equallyFar.toReversed())).toMatchObject({ in: 5n });
  });

  it("count as the lower when one port has two values at one instant", () => {
    const port = "a";
    const torn = [
      { ...one, port },
      { ...one, port, in: 4n },
      { ...one, port, in: 6n, out: 5n },
    ];
    for (const samples of [torn, torn.toReversed()]) {
      expect(percentile(samples)).toMatchObject({ in: 4n, out: 6n });
    }
    expect(setAside(torn)).toEqual([0, 2]);
  });

  it("leave out, count as 0 or repeat each missing port", () => {
    const both = [
      { ...one, port: "a" },
      { ...one, port: "b" },
      { ...one, at: midnight + 300, port: "a" },
    ];
    expect(percentile(both)).toMatchObject({ missing: 286, in: 10n });
    expect(percentile(both, { missing: "previous" })).toMatchObject({ missing: 286, in: 10n });
    const half = Array.from({ length: 288 }, (_, slot) => ({
      ...{ at: midnight + 300 * slot, in: 5n, out: 5n, port: slot < 20 ? "a" : "b" },
    }));
    expect(percentile(half, { missing: "zero" })).toMatchObject({ in: 5n });
    expect(percentile(half, { missing: "previous" })).toMatchObject({ in: 10n });
  });
});
