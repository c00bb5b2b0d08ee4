import { describe, expect, it } from "vitest";
import type { PolicyTerms } from "../../terms/policy-terms.ts";
import { policy } from "../../testing/samples.ts";
import { rateLimit } from "./rate-limit.ts";

const both = (count: number) => ({ down: count, up: count });

/**
 * RouterOS documentation, RADIUS, "Mikrotik-Rate-Limit": "from the point of view of the router (so rx is client
 * upload, and tx is client download)"; its examples, which omit fields that our text contains.
 */
describe("Mikrotik-Rate-Limit", () => {
  it.each<[string, Partial<PolicyTerms>, string]>([
    ["128k, no bursts", { speed: both(128_000) }, "128k/128k"],
    [
      "64k/128M: upload 64 kbit/s, download 128 Mbit/s",
      { speed: { up: 64_000, down: 128_000_000 } },
      "64k/128M",
    ],
    [
      "64k 256k: bursts, with the rates as thresholds, over one second",
      { speed: both(64_000), burst: { speed: both(256_000), threshold: both(64_000), seconds: both(1) } },
      "64k/64k 256k/256k 64k/64k 1/1",
    ],
    [
      "64k/64k 256k/256k 128k/128k 10/10",
      { speed: both(64_000), burst: { speed: both(256_000), threshold: both(128_000), seconds: both(10) } },
      "64k/64k 256k/256k 128k/128k 10/10",
    ],
    [
      "every direction in its place",
      {
        speed: { up: 1_000_000, down: 5_000_000 },
        burst: {
          speed: { up: 2_000_000, down: 10_000_000 },
          threshold: { up: 900_000, down: 4_500_000 },
          seconds: { up: 8, down: 16 },
        },
        priority: 3,
        guaranteed: { up: 250_000, down: 1_250_001 },
      },
      "1M/5M 2M/10M 900k/4500k 8/16 3 250k/1250001",
    ],
    ["no limit for the download", { speed: { up: 2_000_000, down: 0 } }, "2M/0"],
    [
      "a burst of one direction",
      {
        speed: { up: 0, down: 50_000_000 },
        burst: {
          speed: { up: 0, down: 80_000_000 },
          threshold: { up: 0, down: 40_000_000 },
          seconds: { up: 0, down: 16 },
        },
      },
      "0/50M 0/80M 0/40M 0/16",
    ],
    ["a rank without a limit", { speed: both(0), priority: 3 }, "0/0 0/0 0/0 0/0 3"],
    ["a priority without a burst", { speed: both(1_500_000), priority: 5 }, "1500k/1500k 0/0 0/0 0/0 5"],
    [
      "a guaranteed speed without a priority",
      { speed: both(2_000_000), guaranteed: { up: 1, down: 999 } },
      "2M/2M 0/0 0/0 0/0 8 1/999",
    ],
  ])("writes %s", (_, terms, text) => {
    expect(rateLimit(policy(terms).terms)).toBe(text);
  });

  it("is absent without a limit", () => {
    expect(rateLimit(policy().terms)).toBeUndefined();
  });
});
