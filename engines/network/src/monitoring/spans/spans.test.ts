import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { intersectSpans } from "./intersect-spans.ts";
import { mergeSpans } from "./merge-spans.ts";
import { secondsIn } from "./seconds-in.ts";
import { subtractSpans } from "./subtract-spans.ts";

const span = (from: number, to: number) => ({ from, to });
const spans = fc.array(
  fc.tuple(fc.nat(40), fc.nat(12)).map(([from, length]) => span(from, from + length)),
  { maxLength: 6 },
);
const secondsOf = (some: readonly { from: number; to: number }[]) =>
  Array.from({ length: 60 }, (_, second) => second).filter((second) =>
    some.some(({ from, to }) => from <= second && second < to),
  );

describe("spans", () => {
  it("join when they overlap or touch, and drop the empty ones", () => {
    const given = [span(20, 30), span(0, 5), span(5, 7), span(6, 7), span(9, 9), span(25, 27)];
    expect(mergeSpans(given)).toEqual([span(0, 7), span(20, 30)]);
    expect(secondsIn(given)).toBe(17);
    expect(secondsIn([])).toBe(0);
  });

  it("intersect in the time that both cover", () => {
    expect(intersectSpans([span(0, 10), span(20, 30)], [span(5, 25), span(29, 40)])).toEqual([
      span(5, 10),
      span(20, 25),
      span(29, 30),
    ]);
    expect(intersectSpans([span(0, 5)], [span(5, 9)])).toEqual([]);
  });

  it("lose the subtracted time", () => {
    expect(subtractSpans([span(0, 10), span(12, 14)], [span(3, 4), span(8, 13)])).toEqual([
      span(0, 3),
      span(4, 8),
      span(13, 14),
    ]);
    expect(subtractSpans([span(0, 10)], [])).toEqual([span(0, 10)]);
  });

  it("cover the same seconds as a count of each second", () => {
    fc.assert(
      fc.property(spans, spans, (some, others) => {
        const one = new Set(secondsOf(some));
        const other = new Set(secondsOf(others));
        expect(secondsOf(mergeSpans(some))).toEqual([...one]);
        expect(secondsIn(some)).toBe(one.size);
        expect(secondsOf(intersectSpans(some, others))).toEqual([...one].filter((s) => other.has(s)));
        expect(secondsOf(subtractSpans(some, others))).toEqual([...one].filter((s) => !other.has(s)));
      }),
      runs(500),
    );
  });
});
