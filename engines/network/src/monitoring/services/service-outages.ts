import { monitoringFault } from "../monitoring-fault.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { mergeSpans } from "../spans/merge-spans.ts";
import { requireForward, type Span } from "../spans/span.ts";
import { subtractSpans } from "../spans/subtract-spans.ts";
import type { ServiceMap } from "./service-map.ts";

/** A span in which an element was out. */
export interface ElementOutage extends Span {
  readonly element: string;
}

export interface ServiceOutages {
  /** No path worked. */
  readonly down: readonly Span[];
  /** Some paths did not work, at least one did. */
  readonly degraded: readonly Span[];
}

/**
 * The spans in which a service was down or degraded, from the outages of its elements. Outages of different
 * elements may overlap.
 * @throws NetworkFault MONITORING_INVALID for an outage that ends before it begins or names an unknown element.
 */
export function serviceOutages(
  map: ServiceMap,
  service: string,
  outages: readonly ElementOutage[],
): ServiceOutages {
  requireOutages(map, outages, "outages");
  return outagesOf(map, service, cutsOf(map, outages));
}

/** The outages of each element that was out, with those caused by its needs. */
export type ElementCuts = ReadonlyMap<string, readonly Span[]>;

/** Computes the cuts in one walk of the plant, each element after its needs. */
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

/** The spans in which a service was down or degraded, from the cuts of its elements. */
export function outagesOf(map: ServiceMap, service: string, cuts: ElementCuts): ServiceOutages {
  const ofPaths = map
    .pathsOf(service)
    .map((path) => mergeSpans(path.flatMap((element) => cuts.get(element) ?? [])));
  const [first = [], ...others] = ofPaths;
  const down = others.reduce((common, cut) => intersectSpans(common, cut), first);
  return { down, degraded: subtractSpans(ofPaths.flat(), down) };
}

/**
 * @param list the field of the input that contains the outages
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
