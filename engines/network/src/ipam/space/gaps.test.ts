import { describe, expect, it } from "vitest";
import type { Span } from "../blocks/span.ts";
import { freeSpan, takeSpan } from "./change-gaps.ts";
import { gapOf, gapsBetween } from "./gap.ts";
import { gapsWhere, growTree } from "./gap-tree.ts";

const span = (start: number, end: number): Span => ({ start: BigInt(start), end: BigInt(end) });
const gap = (start: number, end: number) => gapOf(span(start, end));

describe("a gap", () => {
  it.each([
    [0, 8, [8]],
    [1, 7, [1, 2]],
    [4, 12, [4]],
    [5, 8, [1, 2]],
    [8, 11, [1, 2]],
    [6, 24, [2, 8]],
    [1023, 1025, [1]],
  ])("from %s to before %s has blocks of %j", (start, end, sizes) => {
    const bits = sizes.reduce((sum, size) => sum + size, 0);
    expect(gap(start, end).blocks).toBe(BigInt(bits));
  });
});

describe("gaps between spans", () => {
  it.each([
    ["none taken", [], [[0, 100]]],
    ["the first taken", [[0, 10]], [[10, 100]]],
    ["the last taken", [[90, 100]], [[0, 90]]],
    ["all taken", [[0, 100]], []],
    [
      "touching",
      [
        [10, 20],
        [20, 30],
      ],
      [
        [0, 10],
        [30, 100],
      ],
    ],
    [
      "in each other",
      [
        [10, 50],
        [10, 20],
        [30, 40],
        [45, 60],
      ],
      [
        [0, 10],
        [60, 100],
      ],
    ],
  ] as [string, [number, number][], [number, number][]][])(
    "have at least one number each: %s",
    (_, taken, left) => {
      const spans = taken.map(([start, end]) => span(start, end));
      expect(gapsBetween(span(0, 100), spans)).toEqual(left.map(([start, end]) => gap(start, end)));
    },
  );
});

describe("a tree of gaps from which a span is taken", () => {
  it.each([
    ["from the start", [10, 12], [[12, 20]]],
    ["from the end", [15, 20], [[10, 15]]],
    [
      "from within",
      [12, 15],
      [
        [10, 12],
        [15, 20],
      ],
    ],
    ["whole", [10, 20], []],
  ] as [string, [number, number], [number, number][]][])("%s keeps no empty gap", (_, [start, end], left) => {
    const changed = takeSpan(growTree([gap(10, 20)]), span(start, end));
    expect(changed).toBeDefined();
    expect([...gapsWhere(changed?.tree, -1n, 0n)]).toEqual(left.map(([from, to]) => gap(from, to)));
    expect(changed?.tree?.height ?? 0).toBe(left.length);
  });

  it("joins the gaps on both sides when it is given back", () => {
    const changed = freeSpan(growTree([gap(0, 10), gap(20, 30), gap(31, 40)]), span(10, 20));
    expect([...gapsWhere(changed?.tree, -1n, 0n)]).toEqual([gap(0, 30), gap(31, 40)]);
    expect(freeSpan(growTree([gap(0, 10)]), span(9, 12))).toBeUndefined();
  });
});
