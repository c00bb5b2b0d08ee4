import type { Path } from "../../../../base/src/path.ts";
import { monitoringFault } from "../monitoring-fault.ts";
import { requireDistinct } from "../require-distinct.ts";
import { findCircle } from "./find-circle.ts";
import { measureDepths } from "./measure-depths.ts";

/** A monitored device or element and the ways to it. Any one of its parents is enough. */
export interface TopologyNode {
  readonly id: string;
  /** Empty if the poller reaches it directly. */
  readonly parents: readonly string[];
}

/** The caller's words for nodes and parents, for its messages. */
interface Words {
  readonly nodes: string;
  /** The field of the input that contains the nodes. */
  readonly list: string;
  readonly parents: string;
}

/** The order of devices seen from the poller: a graph without cycles. */
export class Topology {
  /** All ids, parents before children. */
  readonly ids: readonly string[];
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #children: ReadonlyMap<string, readonly string[]>;
  readonly #depths: ReadonlyMap<string, number>;

  private constructor(parents: ReadonlyMap<string, readonly string[]>, words: Words) {
    this.#parents = parents;
    this.#children = turned(parents);
    this.#depths = measureDepths(parents, this.#children);
    this.ids = [...this.#depths.keys()];
    const circle = findCircle(parents, this.#depths);
    if (circle !== undefined)
      throw circular(circle, words, [words.list, [...parents.keys()].indexOf(circle[0] ?? "")]);
  }

  /**
   * @throws NetworkFault MONITORING_INVALID for a duplicate id, an unknown parent, or a circle, which the message
   * shows.
   */
  static of(
    nodes: readonly TopologyNode[],
    words: Words = { nodes: "devices", list: "objects", parents: "parents" },
  ): Topology {
    requireDistinct(words.nodes, nodes, words.list);
    const parents = new Map(nodes.map(({ id, parents }) => [id, [...new Set(parents)]]));
    for (const [index, { id, parents: above }] of nodes.entries()) {
      const place = above.findIndex((parent) => !parents.has(parent));
      const unknown = above[place];
      if (unknown !== undefined)
        throw unknownParent(id, unknown, words, [words.list, index, words.parents, place]);
    }
    return new Topology(parents, words);
  }

  has(id: string): boolean {
    return this.#parents.has(id);
  }

  parentsOf(id: string): readonly string[] {
    return this.#parents.get(id) ?? [];
  }

  childrenOf(id: string): readonly string[] {
    return this.#children.get(id) ?? [];
  }

  /** The nodes and all nodes behind them. The walk continues only beyond nodes for which `leads` is true. */
  behind(ids: Iterable<string>, leads: (id: string) => boolean = () => true): ReadonlySet<string> {
    const reached = new Set(ids);
    for (const id of reached) {
      for (const child of this.childrenOf(id)) if (leads(child)) reached.add(child);
    }
    return reached;
  }

  /** The length of the longest way from the poller: 0 without parents. */
  depthOf(id: string): number {
    return this.#depths.get(id) ?? 0;
  }
}

function turned(parents: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const id of parents.keys()) children.set(id, []);
  for (const [id, above] of parents) for (const parent of above) children.get(parent)?.push(id);
  return children;
}

function unknownParent(id: string, parent: string, { nodes, parents }: Words, path: Path): Error {
  return monitoringFault(
    `the ${parents} of ${JSON.stringify(id)} to be ${nodes}`,
    `${JSON.stringify(parent)}, which is unknown`,
    "add it, or take it from the list",
    path,
  );
}

function circular(circle: readonly string[], { nodes, parents }: Words, node: Path): Error {
  return monitoringFault(
    `the ${parents} of ${nodes} to form no circle`,
    `the circle ${shortened(circle).join(" → ")}`,
    `take away one of these ${parents}`,
    [...node, parents],
  );
}

/** The two ends of a long circle, for a message. */
function shortened(circle: readonly string[]): readonly string[] {
  return circle.length <= 20 ? circle : [...circle.slice(0, 10), "...", ...circle.slice(-9)];
}
