import { expect, it } from "vitest";
import { usualBounds } from "./job.ts";
import { retryDelay } from "./retry-delay.ts";

it.each([
  [1, 0.5, 5],
  [2, 0.5, 10],
  [5, 0.5, 80],
  [1, 0, 4],
  [1, 1, 6],
  [20, 0.5, 3_600],
  [2_000, 0.5, 3_600],
])("the delay after attempt %i with the random number %f is %f s", (attempts, random, seconds) => {
  expect(retryDelay(usualBounds, attempts, () => random)).toBeCloseTo(seconds);
});
