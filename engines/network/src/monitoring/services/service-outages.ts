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
  requireOutages(map, outages, "outages");
  return outagesOf(map, service, cutsOf(map, outages));
}

/** When each element that was ever out was so, by itself or by something that it needs. */
export type ElementCuts = ReadonlyMap<string, readonly Span[]>;

/** Walks the plant once, each element after all that it needs. */
export function cutsOf(map: ServiceMap, outages: readonly ElementOutage[]): ElementCuts {
  const own = Map.groupBy(outages, ({ element }) => element);
  const cuts = new Map<string, readonly Span[]>();
  for (const id of map.elements.ids) {
    const inherited = map.elements.parentsOf(id).flatMap((need) => cuts.get(need) ?? []);
    const spans = [...(own.get(id) ?? []).map(spanOf), ...inherited];
    if (spans.length > 0) cuts.set(id, mergeSpans(spans));
  }
  return cuts;
}

/** When a service was down and when it was degraded, from when its elements were. */
export function outagesOf(map: ServiceMap, service: string, cuts: ElementCuts): ServiceOutages {
  const ofPaths = map
    .pathsOf(service)
    .map((path) => mergeSpans(path.flatMap((element) => cuts.get(element) ?? [])));
  const [first = [], ...others] = ofPaths;
  const down = others.reduce((common, cut) => intersectSpans(common, cut), first);
  return { down, degraded: subtractSpans(ofPaths.flat(), down) };
}

/**
 * @param list the field of the input that the outages are in
 * @throws NetworkFault MONITORING_INVALID as `serviceOutages` does.
 */
export function requireOutages(map: ServiceMap, outages: readonly ElementOutage[], list: string): void {
  for (const [index, outage] of outages.entries()) {
    const element = JSON.stringify(outage.element);
    requireForward(`the outage of ${element}`, outage, [list, index]);
    if (map.elements.has(outage.element)) continue;
    throw monitoringFault(
      "outages of known elements",
      `one of ${element}`,
      "add that device, port or circuit, or correct its id",
      [list, index, "element"],
    );
  }
}

function spanOf({ from, to }: ElementOutage): Span {
  return { from, to };
}
