import type { ServiceState } from "./service-facts.ts";
import type { ServiceMap } from "./service-map.ts";

/** An affected service and its customer. */
export interface AffectedService {
  readonly id: string;
  readonly customer: string;
  readonly state: Exclude<ServiceState, "up">;
}

/** A customer with the worst state of their affected services. */
export interface AffectedCustomer {
  readonly id: string;
  readonly state: Exclude<ServiceState, "up">;
  readonly services: readonly string[];
}

export interface Impact {
  readonly services: readonly AffectedService[];
  readonly customers: readonly AffectedCustomer[];
}

/** The effect on services and customers if some elements are out. */
export function impactOf(map: ServiceMap, out: ReadonlySet<string>): Impact {
  const lost = map.outWith(out);
  const services = map.usersOf(lost).map(({ id, customer }): AffectedService => {
    const cut = map.pathsOf(id).every((path) => path.some((element) => lost.has(element)));
    return { id, customer, state: cut ? "down" : "degraded" };
  });
  return { services, customers: customersOf(services) };
}

function customersOf(services: readonly AffectedService[]): readonly AffectedCustomer[] {
  const byCustomer = Map.groupBy(services, ({ customer }) => customer);
  return [...byCustomer].map(([id, theirs]) => ({
    id,
    state: theirs.some(({ state }) => state === "down") ? "down" : "degraded",
    services: theirs.map((service) => service.id),
  }));
}
