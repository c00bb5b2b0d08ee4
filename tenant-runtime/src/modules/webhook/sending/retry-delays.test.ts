import { describe, expect, it } from "vitest";
import { mostAttempts, retryDelay } from "./retry-delays.ts";

describe("the delay after a failed attempt", () => {
  it("follows the schedule of Standard Webhooks", () => {
    const hour = 3_600;
    const delays = Array.from({ length: mostAttempts }, (_, index) => retryDelay(index + 1, () => 0.5));
    const hours = [2, 5, 10, 14, 20, 24].map((each) => each * hour);
    expect(delays).toEqual([5, 300, 1_800, ...hours, undefined]);
  });

  it("is a fifth shorter or longer by chance", () => {
    expect(retryDelay(2, () => 0)).toBeCloseTo(240);
    expect(retryDelay(2, () => 1)).toBeCloseTo(360);
  });

  it("is at least what the receiver asks for, and a day at most", () => {
    const random = () => 0.5;
    expect([retryDelay(1, random, 60), retryDelay(2, random, 60)]).toEqual([60, 300]);
    expect(retryDelay(1, random, 999_999)).toBe(86_400);
    expect(retryDelay(mostAttempts, random, 60)).toBeUndefined();
  });
});
