import { monitoringFault } from "../monitoring-fault.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { mergeSpans } from "../spans/merge-spans.ts";
import { requireForward, type Span } from "../spans/span.ts";
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
 * @throws NetworkFault MONITORING_INVALID for an outage that ends before it begins or is of no known element.
 */
export function serviceOutages(
  map: ServiceMap,
  service: string,
  outages: readonly ElementOutage[],
): ServiceOutages {
  for (const outage of outages) requireSound(map, outage);
  const cuts = map
    .pathsOf(service)
    .map((path) => mergeSpans(outages.filter(({ element }) => path.has(element)).map(spanOf)));
  const [first = [], ...others] = cuts;
  const down = others.reduce((common, cut) => intersectSpans(common, cut), first);
  return { down, degraded: subtractSpans(cuts.flat(), down) };
}

function requireSound(map: ServiceMap, outage: ElementOutage): void {
  const element = JSON.stringify(outage.element);
  requireForward(`the outage of ${element}`, outage);
  if (map.hasElement(outage.element)) return;
  throw monitoringFault(
    "outages of known elements",
    `one of ${element}`,
    "add that device, port or circuit, or correct its id",
  );
}

function spanOf({ from, to }: ElementOutage): Span {
  return { from, to };
}
