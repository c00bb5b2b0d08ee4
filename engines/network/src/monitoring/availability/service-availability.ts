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

/** The events of the elements that services are built on. */
export interface ElementFacts {
  readonly outages: readonly ElementOutage[];
  /** Time in which the state of an element is unknown. */
  readonly unknown: readonly ElementOutage[];
  /** Work that was announced to the service's customer. */
  readonly planned: readonly Span[];
  /** The promised hours of the service; undefined means always. */
  readonly hours?: readonly Span[] | undefined;
}

/** All fields are seconds. Degraded time is available time. */
export interface ServiceAvailability extends Availability {
  readonly degraded: number;
}

/** The cuts by known outages, and the cuts if all unknown time were outages. */
export interface KnownCuts {
  readonly known: ElementCuts;
  readonly atWorst: ElementCuts;
}

/**
 * The events of all elements, computed once for all services.
 * @throws NetworkFault MONITORING_INVALID for an outage that ends before it begins or names an unknown element.
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
 * The availability of one service within a span. A service is down while all of its paths are cut. It is unknown if
 * the unknown time of elements decides this: one path that is known to work makes it up.
 * @throws NetworkFault MONITORING_INVALID as `measureAvailability`.
 */
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
