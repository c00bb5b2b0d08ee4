import { mergeSpans } from "./merge-spans.ts";
import type { Span } from "./span.ts";

/** How many seconds the spans cover, those of an overlap once. */
export function secondsIn(spans: readonly Span[]): number {
  return mergeSpans(spans).reduce((sum, { from, to }) => sum + (to - from), 0);
}
