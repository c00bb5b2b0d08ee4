import type { Span } from "./span.ts";

/** The same seconds in the fewest spans, sorted: overlapping and touching spans joined, empty ones removed. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  const ordered = spans.filter(({ from, to }) => from < to).sort((one, other) => one.from - other.from);
  for (const span of ordered) {
    const last = merged.at(-1);
    if (last === undefined || last.to < span.from) merged.push(span);
    else if (last.to < span.to) merged[merged.length - 1] = { from: last.from, to: span.to };
  }
  return merged;
}
