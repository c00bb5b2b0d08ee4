import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../../base/testing/runs.ts";
import { policy } from "../../testing/samples.ts";
import { parseRateLimit } from "./parse-rate-limit.ts";
import { rateLimit } from "./rate-limit.ts";

const both = (count: number) => ({ down: count, up: count });

describe("a rate limit of RouterOS", () => {
  it.each<[string, object]>([
    ["128k", { speed: both(128_000) }],
    ["64k/128M", { speed: { up: 64_000, down: 128_000_000 } }],
    ["2G", { speed: both(2_000_000_000) }],
    ["1500000/3000000", { speed: { up: 1_500_000, down: 3_000_000 } }],
    [
      "64k 256k",
      { speed: both(64_000), burst: { speed: both(256_000), threshold: both(64_000), seconds: both(1) } },
    ],
    [
      "64k/64k 256k/256k 128k/128k 10/10",
      { speed: both(64_000), burst: { speed: both(256_000), threshold: both(128_000), seconds: both(10) } },
    ],
    [
      "1M 0/0 0/0 0/0 5 512k/5M",
      { speed: both(1_000_000), priority: 5, guaranteed: { up: 512_000, down: 5_000_000 } },
    ],
    ["0/0", {}],
    ["0", {}],
    ["0/50M", { speed: { up: 0, down: 50_000_000 } }],
    ["10M/0", { speed: { up: 10_000_000, down: 0 } }],
    [
      "0/50M 0/80M",
      {
        speed: { up: 0, down: 50_000_000 },
        burst: {
          speed: { up: 0, down: 80_000_000 },
          threshold: { up: 0, down: 50_000_000 },
          seconds: { up: 0, down: 1 },
        },
      },
    ],
    [
      "1M/5M 2M/0 900k/4M 8/16 3",
      {
        speed: { up: 1_000_000, down: 5_000_000 },
        burst: {
          speed: { up: 2_000_000, down: 0 },
          threshold: { up: 900_000, down: 0 },
          seconds: { up: 8, down: 0 },
        },
        priority: 3,
      },
    ],
    ["0/0 0/0 0/0 0/0 3", { speed: both(0), priority: 3 }],
    ["1M 0/0 0/0 0/0 8 0/0", { speed: both(1_000_000), priority: 8, guaranteed: both(0) }],
    ["1M 0/0 0/0 0/0 8 0/5k", { speed: both(1_000_000), priority: 8, guaranteed: { up: 0, down: 5_000 } }],
    ["  1M/2M  ", { speed: { up: 1_000_000, down: 2_000_000 } }],
  ])("is read: %s", (text, terms) => {
    expect(parseRateLimit(text)).toEqual(terms);
  });

  it.each([
    "",
    "fast",
    "1m/2m",
    "1M/2M/3M",
    "-1M",
    "1.5M",
    "1M 2M 3M 4 9",
    "1M 2M 3M 4 5 6M 7M",
    "99999999999999G",
    "1M//2M",
  ])("is not %j", (text) => {
    expect(() => parseRateLimit(text)).toThrow(/expected a rate limit of RouterOS, such as "10M\/50M"/);
    expect(() => parseRateLimit(text)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
  });

  it.each([
    ["1.5M/3M", 'found "1.5M/3M", which has "1.5M/3M" as its rates: write whole numbers with k, M or G'],
    ["10Mbps", 'which has "10Mbps" as its rates: write whole numbers'],
    ["1M 2M 900", 'found "1M 2M 900 x", which has "x" as its seconds: write whole seconds', " x"],
    ["1M 2M 1M 8 9", 'which has "9" as its priority: write a priority from 1, served first, to 8'],
    ["1M 2m", 'which has "2m" as its burst'],
    ["1M 2M m", 'which has "m" as its threshold'],
    ["1M 2M 1M 8 8 m", 'which has "m" as its minimum'],
    ["1 2 3 4 5 6 7", "which has 7 parts: write rx/tx, burst, threshold, seconds, priority and minimum"],
  ])("is refused with the invalid part of %j", (text, fault, more = "") => {
    expect(() => parseRateLimit(`${text}${more}`)).toThrow(fault);
  });

  it("is read as it was written", () => {
    fc.assert(
      fc.property(ratedTerms, (terms) => {
        expect(parseRateLimit(rateLimit(policy(terms).terms) ?? "")).toEqual(terms);
      }),
      runs(500),
    );
  });

  it("is written as it was read", () => {
    fc.assert(
      fc.property(ratedTerms, (terms) => {
        const text = rateLimit(policy(terms).terms) ?? "";
        expect(rateLimit(policy(parseRateLimit(text)).terms)).toBe(text);
      }),
      runs(500),
    );
  });
});

/** All values of a rate limit, each direction with or without a limit and a burst. */
const way = fc
  .record({
    rate: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400_000_000_000 })),
    more: fc.integer({ min: 0, max: 1_000 }),
    seconds: fc.integer({ min: 1, max: 3_600 }),
    bursts: fc.boolean(),
  })
  .map(({ rate, more, seconds, bursts }) => {
    const isBursting = bursts && rate > 0;
    return {
      rate,
      burst: isBursting ? rate + more : 0,
      threshold: isBursting ? rate : 0,
      seconds: isBursting ? seconds : 0,
      guaranteed: rate === 0 ? more : Math.floor(rate / 2),
    };
  });

const ratedTerms = fc
  .record({ up: way, down: way, priority: fc.integer({ min: 1, max: 8 }), parts: fc.nat(2) })
  .map(({ up, down, priority, parts }) => {
    const each = (name: keyof typeof up) => ({ up: up[name], down: down[name] });
    const isRanked = parts > 0 || up.rate + down.rate === 0;
    return {
      speed: each("rate"),
      ...(up.burst + down.burst > 0 && {
        burst: { speed: each("burst"), threshold: each("threshold"), seconds: each("seconds") },
      }),
      ...(isRanked && { priority }),
      ...(parts > 1 && { guaranteed: each("guaranteed") }),
    };
  });
