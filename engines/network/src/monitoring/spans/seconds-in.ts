import { mergeSpans } from "./merge-spans.ts";
import type { Span } from "./span.ts";

/** The number of seconds that the spans cover. Overlaps count once. */
export function secondsIn(spans: readonly Span[]): number {
  return mergeSpans(spans).reduce((sum, { from, to }) => sum + (to - from), 0);
}
