import type { Span } from "../blocks/span.ts";
import { type GapTree, gapsWhere } from "./gap-tree.ts";

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
