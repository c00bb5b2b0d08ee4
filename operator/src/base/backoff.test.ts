import fc from "fast-check";
import { expect, it } from "vitest";
import { backoffDelay, spread } from "./backoff.ts";

const limits = { first: 100, most: 10_000 };

it("does not wait before the first failure", () => {
  expect(backoffDelay(0, limits, Math.random)).toBe(0);
});

it("waits between three and five quarters of the doubled time, and at most that share of the limit", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, chance) => {
        const middle = Math.min(limits.first * 2 ** (failures - 1), limits.most);
        const delay = backoffDelay(failures, limits, () => chance);
        expect(delay).toBeGreaterThanOrEqual(middle * 0.75);
        expect(delay).toBeLessThanOrEqual(middle * 1.25);
      },
    ),
  );
});

it("spreads a duration in both directions", () => {
  expect(spread(1000, 0.2, () => 0)).toBe(800);
  expect(spread(1000, 0.2, () => 0.5)).toBe(1000);
  expect(spread(1000, 0.2, () => 0.999)).toBeCloseTo(1199.6);
});
