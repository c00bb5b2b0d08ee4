import { intersectSpans } from "../spans/intersect-spans.ts";
import { mergeSpans } from "../spans/merge-spans.ts";
import { demandForward, type Span } from "../spans/span.ts";
import { subtractSpans } from "../spans/subtract-spans.ts";
import type { ServiceMap } from "./service-map.ts";

/** An element was out. */
export interface ElementOutage extends Span {
  readonly element: string;
}

export interface ServiceOutages {
  /** No path worked. */
  readonly down: readonly Span[];
  /** Some path did not, another did. */
  readonly degraded: readonly Span[];
}

/**
 * When a service was down and when it was degraded, from when its elements were out. Outages of different
 * elements may overlap.
 * @throws NetworkFault MONITORING_INVALID for an outage that ends before it begins.
 */
export function serviceOutages(
  map: ServiceMap,
  service: string,
  outages: readonly ElementOutage[],
): ServiceOutages {
  for (const outage of outages) demandForward(`the outage of ${JSON.stringify(outage.element)}`, outage);
  const cuts = map
    .pathsOf(service)
    .map((path) => mergeSpans(outages.filter(({ element }) => path.has(element)).map(spanOf)));
  const [first = [], ...others] = cuts;
  const down = others.reduce((common, cut) => intersectSpans(common, cut), first);
  return { down, degraded: subtractSpans(cuts.flat(), down) };
}

function spanOf({ from, to }: ElementOutage): Span {
  return { from, to };
}
