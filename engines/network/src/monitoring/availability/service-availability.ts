import type { ServiceMap } from "../services/service-map.ts";
import {
  cutsOf,
  type ElementCuts,
  type ElementOutage,
  outagesOf,
  requireOutages,
} from "../services/service-outages.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { secondsIn } from "../spans/seconds-in.ts";
import type { Span } from "../spans/span.ts";
import { subtractSpans } from "../spans/subtract-spans.ts";
import {
  type Availability,
  measureAvailability,
  promisedTime,
  type ServiceLevel,
} from "./measure-availability.ts";

/** What happened to the elements that services are built on. */
export interface ElementFacts {
  readonly outages: readonly ElementOutage[];
  /** When nobody knows how an element was. */
  readonly unknown: readonly ElementOutage[];
  /** Work that was announced to the service's customer. */
  readonly planned: readonly Span[];
  /** The hours for which the service was promised; all of the time where undefined. */
  readonly hours?: readonly Span[] | undefined;
}

/** In seconds; degraded time is available time. */
export interface ServiceAvailability extends Availability {
  readonly degraded: number;
}

/** When elements were out, and when they were if everything unknown was an outage. */
export interface KnownCuts {
  readonly known: ElementCuts;
  readonly atWorst: ElementCuts;
}

/**
 * What happened to all elements, worked out once for all services.
 * @throws NetworkFault MONITORING_INVALID for an outage that ends before it begins or is of no known element.
 */
export function knownCuts(
  map: ServiceMap,
  { outages, unknown }: Pick<ElementFacts, "outages" | "unknown">,
): KnownCuts {
  requireOutages(map, outages, "outages");
  requireOutages(map, unknown, "unknown");
  return { known: cutsOf(map, outages), atWorst: cutsOf(map, [...outages, ...unknown]) };
}

/**
 * The availability of one service within a span. A service is down when all of its paths are cut, and unknown
 * when it would be down if everything unknown were: one path that is known to work makes it up.
 * @throws NetworkFault MONITORING_INVALID as `knownCuts` and `measureAvailability` do.
 */
export function serviceAvailability(
  map: ServiceMap,
  service: string,
  within: Span,
  facts: ElementFacts,
  level: ServiceLevel,
): ServiceAvailability {
  return availabilityOf(map, service, within, { ...facts, cuts: knownCuts(map, facts) }, level);
}

/** The same, with what happened to the elements worked out before. */
export function availabilityOf(
  map: ServiceMap,
  service: string,
  within: Span,
  { planned, hours, cuts }: Pick<ElementFacts, "planned" | "hours"> & { readonly cuts: KnownCuts },
  level: ServiceLevel,
): ServiceAvailability {
  const { down, degraded } = outagesOf(map, service, cuts.known);
  const unknown = outagesOf(map, service, cuts.atWorst).down;
  const measured = measureAvailability(within, { down, planned, unknown, hours }, level);
  const promised = promisedTime(within, { hours });
  const suffered = subtractSpans(subtractSpans(intersectSpans(degraded, promised), planned), unknown);
  return { ...measured, degraded: secondsIn(suffered) };
}
