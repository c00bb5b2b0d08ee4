import type { Span } from "../blocks/span.ts";
import { pivotOf } from "../blocks/span-blocks.ts";

/** Free addresses between two taken ones. */
export interface Gap extends Span {
  /** Bit n is set if the fewest blocks that make up the gap include one of 2^n addresses. */
  readonly blocks: bigint;
}

export function gapOf(span: Span): Gap {
  const pivot = pivotOf(span);
  return { ...span, blocks: (pivot - span.start) | (span.end - pivot) };
}

/** The parts of a whole that sorted spans leave free. Spans may contain each other, but must be inside the whole. */
export function gapsBetween(whole: Span, sorted: Iterable<Span>): Gap[] {
  const gaps: Gap[] = [];
  let from = whole.start;
  for (const { start, end } of sorted) {
    if (start > from) gaps.push(gapOf({ start: from, end: start }));
    if (end > from) from = end;
  }
  if (whole.end > from) gaps.push(gapOf({ start: from, end: whole.end }));
  return gaps;
}
