import type { Span } from "../blocks/span.ts";
import { type Gap, gapOf } from "./gap.ts";
import { type GapTree, gapsWhere, withGap, withoutGap } from "./gap-tree.ts";

type Tree = GapTree | undefined;

/** Gaps without a span; undefined where a part of the span is in none of them. */
export function takeSpan(tree: Tree, span: Span): { readonly tree: Tree } | undefined {
  const gap = gapAround(tree, span);
  if (gap === undefined) return undefined;
  let left = withoutGap(tree, gap);
  if (gap.start < span.start) left = withGap(left, gapOf({ start: gap.start, end: span.start }));
  if (span.end < gap.end) left = withGap(left, gapOf({ start: span.end, end: gap.end }));
  return { tree: left };
}

/** Gaps with a span between them made free; undefined where a part of the span is in one of them. */
export function freeSpan(tree: Tree, { start, end }: Span): { readonly tree: Tree } | undefined {
  let whole = { start, end };
  let left = tree;
  for (const gap of gapsWhere(tree, -1n, start - 1n)) {
    if (gap.start > end) break;
    if (gap.start < end && gap.end > start) return undefined;
    left = withoutGap(left, gap);
    whole = gap.end === start ? { start: gap.start, end } : { start: whole.start, end: gap.end };
  }
  return { tree: withGap(left, gapOf(whole)) };
}

/** The gap that a span is in; undefined where a part of it is in none. */
export function gapAround(tree: Tree, { start, end }: Span): Gap | undefined {
  const [gap] = gapsWhere(tree, -1n, start);
  return gap !== undefined && gap.start <= start && end <= gap.end ? gap : undefined;
}
