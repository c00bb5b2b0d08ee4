import { describe, expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

const rate = { perSecond: 2, burst: 3 };

describe("a token bucket", () => {
  it("gives its burst at once, and then as many tokens as the time allows", () => {
    const bucket = new TokenBucket(rate, 0);
    const taken = (now: number) => Array.from({ length: 4 }, () => bucket.take(now));
    expect(taken(0)).toEqual([true, true, true, false]);
    expect(taken(499)).toEqual([false, false, false, false]);
    expect(taken(1_000)).toEqual([true, true, false, false]);
  });

  it("never holds more than its burst", () => {
    const bucket = new TokenBucket(rate, 0);
    expect(bucket.spend(3, 3_600_000)).toBe(0);
    expect(bucket.take(3_600_000)).toBe(false);
  });

  it("lends tokens, and returns the time until the debt is paid", () => {
    const bucket = new TokenBucket(rate, 0);
    expect(bucket.spend(3, 0)).toBe(0);
    expect(bucket.spend(4, 0)).toBe(2_000);
    expect(bucket.spend(0, 1_500)).toBe(500);
    expect(bucket.spend(0, 2_000)).toBe(0);
  });

  it("is full again after an idle time", () => {
    const bucket = new TokenBucket(rate, 0);
    expect(bucket.isFull(0)).toBe(true);
    bucket.take(0);
    expect(bucket.isFull(499)).toBe(false);
    expect(bucket.isFull(500)).toBe(true);
  });
});
