import type { Gap } from "./gap.ts";

/**
 * Gaps sorted by start, as an immutable search tree balanced by height (Adelson-Velsky and Landis, 1962). Each
 * change returns another tree, which shares all nodes but one path with this one.
 */
export interface GapTree {
  readonly gap: Gap;
  readonly left: GapTree | undefined;
  readonly right: GapTree | undefined;
  readonly height: number;
  /** The `blocks` of all gaps below this node, by which a search skips subtrees without room. */
  readonly blocks: bigint;
}

type Tree = GapTree | undefined;

/** Builds a tree from sorted gaps, in time proportional to their number. */
export function growTree(gaps: readonly Gap[], from = 0, to: number = gaps.length): Tree {
  const middle = (from + to) >> 1;
  const gap = gaps[middle];
  if (from >= to || gap === undefined) return undefined;
  return joined(growTree(gaps, from, middle), gap, growTree(gaps, middle + 1, to));
}

/** The tree with one more gap. */
export function withGap(tree: Tree, gap: Gap): GapTree {
  if (tree === undefined) return joined(undefined, gap, undefined);
  return gap.start < tree.gap.start
    ? balanced(withGap(tree.left, gap), tree.gap, tree.right)
    : balanced(tree.left, tree.gap, withGap(tree.right, gap));
}

/** The tree without one of its gaps. */
export function withoutGap(tree: Tree, gap: Gap): Tree {
  if (tree === undefined) return undefined;
  if (gap.start < tree.gap.start) return balanced(withoutGap(tree.left, gap), tree.gap, tree.right);
  if (gap.start > tree.gap.start) return balanced(tree.left, tree.gap, withoutGap(tree.right, gap));
  if (tree.right === undefined) return tree.left;
  const heir = lowest(tree.right);
  return balanced(tree.left, heir, withoutGap(tree.right, heir));
}

/** The gaps that end after a number and have a block whose bit is in the mask, lowest first. */
export function* gapsWhere(tree: Tree, mask: bigint, after: bigint): Generator<Gap> {
  const waiting: GapTree[] = [];
  let at = tree;
  for (;;) {
    while (at !== undefined && (at.blocks & mask) !== 0n) {
      if (at.gap.end > after) waiting.push(at);
      at = at.gap.end > after ? at.left : at.right;
    }
    const next = waiting.pop();
    if (next === undefined) return;
    if ((next.gap.blocks & mask) !== 0n) yield next.gap;
    at = next.right;
  }
}

function lowest(tree: GapTree): Gap {
  return tree.left === undefined ? tree.gap : lowest(tree.left);
}

function heightOf(tree: Tree): number {
  return tree?.height ?? 0;
}

function joined(left: Tree, gap: Gap, right: Tree): GapTree {
  const height = 1 + Math.max(heightOf(left), heightOf(right));
  return { gap, left, right, height, blocks: gap.blocks | (left?.blocks ?? 0n) | (right?.blocks ?? 0n) };
}

/** Joins trees whose heights differ by at most two into a tree whose subtrees differ by at most one. */
function balanced(left: Tree, gap: Gap, right: Tree): GapTree {
  if (left !== undefined && left.height > heightOf(right) + 1) return turnedRight(left, gap, right);
  if (right !== undefined && right.height > heightOf(left) + 1) return turnedLeft(left, gap, right);
  return joined(left, gap, right);
}

function turnedRight(left: GapTree, gap: Gap, right: Tree): GapTree {
  const inner = left.right;
  if (inner !== undefined && inner.height > heightOf(left.left)) {
    return joined(joined(left.left, left.gap, inner.left), inner.gap, joined(inner.right, gap, right));
  }
  return joined(left.left, left.gap, joined(inner, gap, right));
}

function turnedLeft(left: Tree, gap: Gap, right: GapTree): GapTree {
  const inner = right.left;
  if (inner !== undefined && inner.height > heightOf(right.right)) {
    return joined(joined(left, gap, inner.left), inner.gap, joined(inner.right, right.gap, right.right));
  }
  return joined(joined(left, gap, inner), right.gap, right.right);
}
