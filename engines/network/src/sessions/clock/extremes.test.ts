import { describe, expect, it } from "vitest";
import { Extremes } from "./extremes.ts";

describe("the extremes of values by second", () => {
  const extremes = new Extremes([
    [10, 7],
    [10, 4],
    [12, 3],
    [12, 9],
  ]);

  it.each([
    [7, undefined],
    [8, 4],
    [10, 3],
    [14, 3],
    [15, undefined],
  ])("have the least value within two seconds of %i, both ends included: %s", (center, least) => {
    expect(extremes.least(center, 2)).toBe(least);
  });

  it("are found by the second and the value", () => {
    expect(extremes.some(8, 2, (value, second) => value === 7 && second === 10)).toBe(true);
    expect(extremes.some(14, 2, (value, second) => value === 9 && second === 12)).toBe(true);
    expect(extremes.some(14, 2, (_, second) => second === 10)).toBe(false);
  });
});
