import type { Span } from "./span.ts";

/** The same seconds in the fewest spans, in order: overlapping and touching ones joined, empty ones left out. */
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
