import { intersectSpans } from "./intersect-spans.ts";
import { mergeSpans } from "./merge-spans.ts";
import type { Span } from "./span.ts";

/** The seconds of `spans` that are in none of the `holes`. */
export function subtractSpans(spans: readonly Span[], holes: readonly Span[]): readonly Span[] {
  return intersectSpans(spans, gapsBetween(mergeSpans(holes)));
}

function gapsBetween(holes: readonly Span[]): readonly Span[] {
  const begins = [Number.NEGATIVE_INFINITY, ...holes.map(({ to }) => to)];
  const ends = [...holes.map(({ from }) => from), Number.POSITIVE_INFINITY];
  return begins.map((from, index) => ({ from, to: ends[index] ?? from }));
}
