import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { firstThat, isAnyBetween, lastThat } from "./last-that.ts";

describe("the last of sorted items that passes a test", () => {
  it("is the one that a search from the end finds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(20), { maxLength: 30 }),
        fc.integer({ min: -1, max: 21 }),
        (items, most) => {
          const sorted = items.sort((one, other) => one - other).map((value) => ({ value }));
          const passes = ({ value }: { value: number }) => value <= most;
          expect(lastThat(sorted, passes)).toBe(sorted.findLast(passes));
          const isMore = (one: { value: number }) => !passes(one);
          expect(firstThat(sorted, isMore)).toBe(sorted.find(isMore));
          expect(isAnyBetween(items, most, most + 3)).toBe(
            items.some((item) => most < item && item < most + 3),
          );
        },
      ),
      runs(500),
    );
  });

  it("is found with as many tests as the list has halvings", () => {
    const sorted = Array.from({ length: 1_000_000 }, (_, index) => index);
    for (const most of [-1, 0, 499_999, 999_999]) {
      let steps = 0;
      const found = lastThat(sorted, (item) => {
        steps += 1;
        return item <= most;
      });
      expect(found).toBe(most < 0 ? undefined : most);
      expect(steps).toBeLessThanOrEqual(20);
    }
  });
});
