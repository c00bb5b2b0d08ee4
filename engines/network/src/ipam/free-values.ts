import { type GapTree, gapsWhere } from "./gap-tree.ts";
import type { Span } from "./span.ts";

/** The free numbers within a span, lowest first. */
export function* freeValues(tree: GapTree | undefined, within: Span): Generator<bigint> {
  for (const gap of gapsWhere(tree, -1n, within.start)) {
    let value = gap.start;
    if (value < within.start) value = within.start;
    for (; value < gap.end; value += 1n) {
      if (value >= within.end) return;
      yield value;
    }
  }
}
