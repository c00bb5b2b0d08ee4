import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../base/testing/runs.ts";
import { type Gap, gapOf } from "./gap.ts";
import { type GapTree, gapsWhere, growTree, withGap, withoutGap } from "./gap-tree.ts";

/** Gaps of increasing size that do not touch. */
const gapAt = (index: number) =>
  gapOf({ start: BigInt(100 * index), end: BigInt(100 * index + 1 + (index % 50)) });
const gapsOf = (tree: GapTree | undefined) => [...gapsWhere(tree, -1n, -1n)];

/** Throws if a node's height or blocks do not match its subtrees, or their heights differ by two. */
function checkedHeight(tree: GapTree | undefined): number {
  if (tree === undefined) return 0;
  const [left, right] = [checkedHeight(tree.left), checkedHeight(tree.right)];
  expect(Math.abs(left - right)).toBeLessThan(2);
  expect(tree.height).toBe(1 + Math.max(left, right));
  expect(tree.blocks).toBe(tree.gap.blocks | (tree.left?.blocks ?? 0n) | (tree.right?.blocks ?? 0n));
  return tree.height;
}

function added(order: readonly number[]): GapTree | undefined {
  return order.reduce<GapTree | undefined>((tree, index) => withGap(tree, gapAt(index)), undefined);
}

describe("a tree of gaps", () => {
  const indices = Array.from({ length: 100 }, (_, index) => index);
  const orders: [string, number[]][] = [
    ["rising", indices],
    ["falling", indices.toReversed()],
    ["from both ends", indices.map((index) => (index % 2 === 0 ? index : 100 - index))],
    ["from the middle", indices.map((index) => (index % 2 === 0 ? 50 + index / 2 : 50 - (index + 1) / 2))],
    ["in jumps", indices.map((index) => (index * 37) % 100)],
  ];

  it.each(orders)("stays in order and in balance after additions and removals: %s", (_, order) => {
    let tree = added(order);
    expect(gapsOf(tree)).toEqual(indices.map(gapAt));
    expect(checkedHeight(tree)).toBeLessThanOrEqual(9);
    const left = new Set(indices);
    for (const index of order) {
      tree = withoutGap(tree, gapAt(index));
      left.delete(index);
      checkedHeight(tree);
      expect(gapsOf(tree)).toEqual(indices.filter((one) => left.has(one)).map(gapAt));
    }
    expect(tree).toBeUndefined();
  });

  it("stays in balance under random changes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 120 }), (changes) => {
        const there = new Set<number>();
        let tree: GapTree | undefined;
        for (const index of changes) {
          tree = there.has(index) ? withoutGap(tree, gapAt(index)) : withGap(tree, gapAt(index));
          if (!there.delete(index)) there.add(index);
        }
        checkedHeight(tree);
        expect(gapsOf(tree)).toEqual([...there].sort((one, other) => one - other).map(gapAt));
      }),
      runs(300),
    );
  });

  it.each([0, 1, 2, 3, 7, 8, 100])("grows from %s sorted gaps at once, with the least height", (count) => {
    const tree = growTree(indices.slice(0, count).map(gapAt));
    expect(gapsOf(tree)).toEqual(indices.slice(0, count).map(gapAt));
    expect(checkedHeight(tree)).toBe(Math.ceil(Math.log2(count + 1)));
  });

  it("is unchanged when an unknown gap is removed", () => {
    expect(gapsOf(withoutGap(added([1, 2, 3]), gapAt(5)))).toEqual([1, 2, 3].map(gapAt));
    expect(withoutGap(undefined, gapAt(0))).toBeUndefined();
  });

  it("is searched by the block sizes and the end of a gap", () => {
    const tree = growTree(indices.map(gapAt));
    for (const after of [-1n, 0n, 1n, 149n, 2526n, 4950n, 5001n, 9999n, 10_000n]) {
      for (const mask of [-1n, -1n << 5n, 1n, 2n, 32n, 64n]) {
        const holds = ({ end, blocks }: Gap) => end > after && (blocks & mask) !== 0n;
        expect([...gapsWhere(tree, mask, after)]).toEqual(indices.map(gapAt).filter(holds));
      }
    }
  });
});
