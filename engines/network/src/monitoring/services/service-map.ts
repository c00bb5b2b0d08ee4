import type { Path } from "../../../../base/src/path.ts";
import { monitoringFault } from "../monitoring-fault.ts";
import { requireDistinct } from "../require-distinct.ts";
import { Topology } from "../topology/topology.ts";
import type { PlantElement, Service } from "./service-facts.ts";

/** The services built on each element, directly or through other elements. */
export class ServiceMap {
  readonly services: readonly Service[];
  /** The elements that services may be built on, each with its dependencies as parents. */
  readonly elements: Topology;
  readonly #paths: ReadonlyMap<string, Service["paths"]>;
  /** The indices of services in the list, by the elements of their paths. Answers keep the order of the list. */
  readonly #users = new Map<string, Set<number>>();

  private constructor(services: readonly Service[], elements: Topology) {
    this.services = services;
    this.elements = elements;
    this.#paths = new Map(services.map(({ id, paths }) => [id, paths]));
    for (const [place, { paths }] of services.entries()) {
      for (const element of paths.flat()) {
        const users = this.#users.get(element) ?? new Set();
        this.#users.set(element, users.add(place));
      }
    }
  }

  /**
   * @throws NetworkFault MONITORING_INVALID for duplicate ids, unknown elements, circular needs, and services
   * without a path or with an empty one.
   */
  static of(plant: readonly PlantElement[], services: readonly Service[]): ServiceMap {
    requireDistinct("services", services, "services");
    const nodes = plant.map(({ id, needs }) => ({ id, parents: needs }));
    const elements = Topology.of(nodes, { nodes: "elements", list: "plant", parents: "needs" });
    for (const [index, service] of services.entries()) requirePaths(service, index, elements);
    return new ServiceMap(services, elements);
  }

  /** The paths of a service as given. The dependencies of their elements are in `elements`. */
  pathsOf(service: string): Service["paths"] {
    return this.#paths.get(service) ?? [];
  }

  /** Elements that are out, with all elements that need one of them. */
  outWith(out: ReadonlySet<string>): ReadonlySet<string> {
    return this.elements.behind(out);
  }

  /** The services with a path over one of the elements, in the given order. */
  usersOf(elements: ReadonlySet<string>): readonly Service[] {
    const places = new Set<number>();
    for (const element of elements) for (const place of this.#users.get(element) ?? []) places.add(place);
    return [...places].sort((one, other) => one - other).flatMap((place) => this.services[place] ?? []);
  }
}

function requirePaths({ id, paths }: Service, index: number, elements: Topology): void {
  if (paths.length === 0 || paths.some((path) => path.length === 0)) throw pathless(id, index);
  for (const [way, path] of paths.entries()) {
    const place = path.findIndex((element) => !elements.has(element));
    const unknown = path[place];
    if (unknown !== undefined) throw unknownElement(id, unknown, ["services", index, "paths", way, place]);
  }
}

function pathless(service: string, index: number): Error {
  return monitoringFault(
    `the service ${JSON.stringify(service)} to have paths of one element or more`,
    "none or an empty one",
    'write the elements that deliver it, such as [["access-1"]]',
    ["services", index, "paths"],
  );
}

function unknownElement(service: string, element: string, path: Path): Error {
  return monitoringFault(
    `the service ${JSON.stringify(service)} to be built on known elements`,
    JSON.stringify(element),
    "add that device, port or circuit, or take it from the path",
    path,
  );
}
