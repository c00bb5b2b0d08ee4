import { mergeSpans } from "./merge-spans.ts";
import type { Span } from "./span.ts";

/** The seconds that are in both lists. */
export function intersectSpans(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  const one = mergeSpans(some);
  const other = mergeSpans(others);
  const common: Span[] = [];
  let i = 0;
  let j = 0;
  for (;;) {
    const a = one[i];
    const b = other[j];
    if (a === undefined || b === undefined) return common;
    const from = Math.max(a.from, b.from);
    const to = Math.min(a.to, b.to);
    if (from < to) common.push({ from, to });
    if (a.to < b.to) i += 1;
    else j += 1;
  }
}
