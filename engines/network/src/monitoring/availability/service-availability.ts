import type { ServiceMap } from "../services/service-map.ts";
import { type ElementOutage, serviceOutages } from "../services/service-outages.ts";
import { intersectSpans } from "../spans/intersect-spans.ts";
import { secondsIn } from "../spans/seconds-in.ts";
import type { Span } from "../spans/span.ts";
import { subtractSpans } from "../spans/subtract-spans.ts";
import { type Availability, measureAvailability, type ServiceLevel } from "./measure-availability.ts";

/** What happened to the elements that services are built on. */
export interface ElementFacts {
  readonly outages: readonly ElementOutage[];
  /** When nobody knows how an element was. */
  readonly unknown: readonly ElementOutage[];
  /** Work that was announced to the service's customer. */
  readonly planned: readonly Span[];
}

/** In seconds; degraded time is available time. */
export interface ServiceAvailability extends Availability {
  readonly degraded: number;
}

/**
 * The availability of one service within a span. A service is down when all of its paths are cut, and unknown
 * when it would be down if everything unknown were: one path that is known to work makes it up.
 * @throws NetworkFault MONITORING_INVALID as `serviceOutages` and `measureAvailability` do.
 */
export function serviceAvailability(
  map: ServiceMap,
  service: string,
  within: Span,
  { outages, unknown, planned }: ElementFacts,
  level: ServiceLevel,
): ServiceAvailability {
  const { down, degraded } = serviceOutages(map, service, outages);
  const atWorst = serviceOutages(map, service, [...outages, ...unknown]).down;
  const measured = measureAvailability(within, { down, planned, unknown: atWorst }, level);
  const suffered = subtractSpans(subtractSpans(intersectSpans(degraded, [within]), planned), atWorst);
  return { ...measured, degraded: secondsIn(suffered) };
}
