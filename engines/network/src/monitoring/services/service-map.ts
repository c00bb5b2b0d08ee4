import { monitoringFault } from "../monitoring-fault.ts";
import { requireDistinct } from "../require-distinct.ts";
import { Topology } from "../topology/topology.ts";
import type { PlantElement, Service } from "./service-facts.ts";

/** Which services are built on which elements, whatever lies between. */
export class ServiceMap {
  readonly services: readonly Service[];
  readonly #elements: ReadonlySet<string>;
  readonly #paths: ReadonlyMap<string, readonly ReadonlySet<string>[]>;
  /** By their place in the list, so that answers keep its order. */
  readonly #users = new Map<string, Set<number>>();

  private constructor(services: readonly Service[], grounds: ReadonlyMap<string, ReadonlySet<string>>) {
    this.services = services;
    this.#elements = new Set(grounds.keys());
    this.#paths = new Map(services.map((service) => [service.id, groundedPaths(service, grounds)]));
    for (const [place, { id }] of services.entries()) {
      for (const element of this.pathsOf(id).flatMap((path) => [...path])) {
        this.#users.set(element, (this.#users.get(element) ?? new Set()).add(place));
      }
    }
  }

  /**
   * @throws NetworkFault MONITORING_INVALID for ids used twice, elements that are not there, elements that need
   * one another in a circle, and services without a path or with an empty one.
   */
  static of(plant: readonly PlantElement[], services: readonly Service[]): ServiceMap {
    requireDistinct("services", services);
    return new ServiceMap(services, groundsOf(plant));
  }

  /** Something that a service may be built on. */
  hasElement(id: string): boolean {
    return this.#elements.has(id);
  }

  /** The paths of a service, each with all the elements that it needs in the end. */
  pathsOf(service: string): readonly ReadonlySet<string>[] {
    return this.#paths.get(service) ?? [];
  }

  /** The services that have a path over one of the elements, in the order given. */
  usersOf(elements: ReadonlySet<string>): readonly Service[] {
    const places = new Set<number>();
    for (const element of elements) for (const place of this.#users.get(element) ?? []) places.add(place);
    return [...places].sort((one, other) => one - other).flatMap((place) => this.services[place] ?? []);
  }
}

/** Each element with all that it needs; the rules of a topology (known ids, no circles) are the same here. */
function groundsOf(plant: readonly PlantElement[]): ReadonlyMap<string, ReadonlySet<string>> {
  const nodes = plant.map(({ id, needs }) => ({ id, parents: needs }));
  const order = Topology.of(nodes, { nodes: "elements", parents: "needs" });
  const grounds = new Map<string, ReadonlySet<string>>();
  for (const id of order.ids) {
    grounds.set(id, new Set([id, ...order.parentsOf(id).flatMap((need) => [...(grounds.get(need) ?? [])])]));
  }
  return grounds;
}

function groundedPaths(
  { id, paths }: Service,
  grounds: ReadonlyMap<string, ReadonlySet<string>>,
): readonly ReadonlySet<string>[] {
  if (paths.length === 0 || paths.some((path) => path.length === 0)) throw pathless(id);
  return paths.map((path) => {
    const unknown = path.find((element) => !grounds.has(element));
    if (unknown !== undefined) throw unknownElement(id, unknown);
    return new Set(path.flatMap((element) => [...(grounds.get(element) ?? [])]));
  });
}

function pathless(service: string): Error {
  return monitoringFault(
    `the service ${JSON.stringify(service)} to have paths of one element or more`,
    "none or an empty one",
    'write what it is delivered over, such as [["access-1"]]',
  );
}

function unknownElement(service: string, element: string): Error {
  return monitoringFault(
    `the service ${JSON.stringify(service)} to be built on known elements`,
    JSON.stringify(element),
    "add that device, port or circuit, or take it from the path",
  );
}
