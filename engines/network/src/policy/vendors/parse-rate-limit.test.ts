import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { policy } from "../testing/samples.ts";
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
  ])("is none in %j", (text) => {
    expect(() => parseRateLimit(text)).toThrow(/expected a rate limit of RouterOS, such as "10M\/50M"/);
    expect(() => parseRateLimit(text)).toThrow(expect.objectContaining({ code: "POLICY_INVALID" }));
  });

  it("is read as it was written", () => {
    const rate = fc.integer({ min: 1, max: 400_000_000_000 });
    const speed = fc.record({ up: rate, down: rate });
    fc.assert(
      fc.property(speed, fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }), (given, priority) => {
        const terms = { speed: given, ...(priority === undefined ? {} : { priority }) };
        expect(parseRateLimit(rateLimit(policy(terms).terms) ?? "")).toEqual(terms);
      }),
      runs(500),
    );
  });
});
