import type { Span } from "../blocks/span.ts";
import { type Gap, gapOf } from "./gap.ts";
import { type GapTree, gapsWhere, withGap, withoutGap } from "./gap-tree.ts";

type Tree = GapTree | undefined;

/** Removes a span from the gaps; undefined if a part of the span is outside of the gaps. */
export function takeSpan(tree: Tree, span: Span): { readonly tree: Tree } | undefined {
  const gap = gapAround(tree, span);
  if (gap === undefined) return undefined;
  let left = withoutGap(tree, gap);
  if (gap.start < span.start) left = withGap(left, gapOf({ start: gap.start, end: span.start }));
  if (span.end < gap.end) left = withGap(left, gapOf({ start: span.end, end: gap.end }));
  return { tree: left };
}

/** Adds a span to the gaps; undefined if a part of the span is in a gap. */
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

/** The gap that contains a span; undefined if a part of the span is outside of the gaps. */
export function gapAround(tree: Tree, { start, end }: Span): Gap | undefined {
  const [gap] = gapsWhere(tree, -1n, start);
  return gap !== undefined && gap.start <= start && end <= gap.end ? gap : undefined;
}
