import { describe, expect, it } from "vitest";
import { mostAttempts, retryDelay, serverPause } from "./retry-delays.ts";

describe("the attempts of a message", () => {
  it("are spread over two days, and end", () => {
    const delays = Array.from(
      { length: mostAttempts - 1 },
      (_, index) => retryDelay(index + 1, () => 0.5) ?? 0,
    );
    const total = delays.reduce((sum, delay) => sum + delay, 0);
    expect(delays).toEqual(delays.toSorted((one, other) => one - other));
    expect(total / 86_400).toBeCloseTo(2, 1);
    expect(retryDelay(mostAttempts, () => 0.5)).toBeUndefined();
  });

  it("differ by up to a fifth", () => {
    expect(retryDelay(1, () => 0)).toBeCloseTo(48);
    expect(retryDelay(1, () => 1)).toBeCloseTo(72);
  });
});

describe("the pause of a server that fails", () => {
  it("doubles up to an hour", () => {
    const pauses = [1, 2, 3, 7, 8, 9, 1_000_000].map((failures) => serverPause(failures, () => 0.5));
    expect(pauses).toEqual([30, 60, 120, 1_920, 3_600, 3_600, 3_600]);
  });
});
