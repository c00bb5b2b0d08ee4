import type { ServiceState } from "./service-facts.ts";
import type { ServiceMap } from "./service-map.ts";

/** A service that suffers, and whose it is. */
export interface AffectedService {
  readonly id: string;
  readonly customer: string;
  readonly state: Exclude<ServiceState, "up">;
}

/** A customer by the worst of the services that suffer. */
export interface AffectedCustomer {
  readonly id: string;
  readonly state: Exclude<ServiceState, "up">;
  readonly services: readonly string[];
}

export interface Impact {
  readonly services: readonly AffectedService[];
  readonly customers: readonly AffectedCustomer[];
}

/** What it means for services and customers that some elements are out. */
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
