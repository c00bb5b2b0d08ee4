import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { lowerAfter } from "./lower-after.ts";

it("finds the first lower value after each index", () => {
  const few = fc.bigInt({ min: 0n, max: 9n });
  fc.assert(
    fc.property(fc.array(few, { maxLength: 12 }), few, (values, limit) => {
      const search = lowerAfter(values);
      const expected = values.map((_, index) => values.slice(index + 1).find((value) => value < limit));
      expect(values.map((_, index) => search(index, limit))).toEqual(expected);
    }),
    runs(500),
  );
});
