import type { DeviceState } from "../states/walk-states.ts";
import type { Topology } from "./topology.ts";

/** The known state of a device; `unreachable` if everything on the way to it is out. */
export type ReachState = DeviceState | "unreachable";

/**
 * Distinguishes devices that are down from devices behind them. An answer is proof: a device that answers is up,
 * in every state of its parents. Any other device is unreachable if it has parents and each of them is down or
 * unreachable. An unpolled device (unknown) on the way passes this on, but does not begin it.
 */
export class Reach {
  readonly #topology: Topology;
  readonly #own = new Map<string, DeviceState>();
  readonly #states = new Map<string, ReachState>();
  /** Computed on demand and kept until a state changes. */
  readonly #causes = new Map<string, ReadonlySet<string>>();

  constructor(topology: Topology) {
    this.#topology = topology;
  }

  of(id: string): ReachState {
    return this.#states.get(id) ?? "unknown";
  }

  isOut(id: string): boolean {
    const state = this.of(id);
    return state === "down" || state === "unreachable";
  }

  /** Applies new states; returns the devices whose reach changed. Examines only the devices behind them. */
  update(changes: ReadonlyMap<string, DeviceState>): readonly string[] {
    const changed: string[] = [];
    const levels: Set<string>[] = [];
    const look = (id: string) => {
      const depth = this.#topology.depthOf(id);
      levels[depth] = (levels[depth] ?? new Set()).add(id);
    };
    for (const [id, state] of changes) {
      this.#own.set(id, state);
      look(id);
    }
    for (let depth = 0; depth < levels.length; depth += 1) {
      for (const id of levels[depth] ?? []) {
        const state = this.#judge(id);
        if (state === this.of(id)) continue;
        this.#states.set(id, state);
        this.#causes.clear();
        changed.push(id);
        for (const child of this.#topology.childrenOf(id)) look(child);
      }
    }
    return changed;
  }

  /**
   * The down devices that make this one unreachable; for a down device, itself. Parents first and without
   * recursion, because a chain may exceed the depth of the call stack; each device once.
   */
  causesOf(id: string): ReadonlySet<string> {
    const open = [id];
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const needed = this.#causes.has(at) ? [] : this.#unknownParents(at);
      if (needed.length > 0) {
        open.push(...needed);
        continue;
      }
      open.pop();
      if (!this.#causes.has(at)) this.#causes.set(at, this.#causesFromParents(at));
    }
    return this.#causes.get(id) ?? new Set();
  }

  /** The unreachable devices that this one causes. */
  shadowOf(id: string): ReadonlySet<string> {
    return this.shadowOfAll([id]);
  }

  /** The unreachable devices that one of these causes. */
  shadowOfAll(ids: Iterable<string>): ReadonlySet<string> {
    const begin = new Set(ids);
    const isHidden = (id: string) => this.of(id) === "unreachable";
    const reached = this.#topology.behind(begin, isHidden);
    return new Set([...reached].filter((id) => !begin.has(id) || this.#isBehindOne(id, reached)));
  }

  #isBehindOne(id: string, reached: ReadonlySet<string>): boolean {
    return (
      this.of(id) === "unreachable" && this.#topology.parentsOf(id).some((parent) => reached.has(parent))
    );
  }

  #unknownParents(id: string): readonly string[] {
    if (this.of(id) !== "unreachable") return [];
    return this.#topology.parentsOf(id).filter((parent) => !this.#causes.has(parent));
  }

  /** The causes of a device's parents. Devices of one chain share one set. */
  #causesFromParents(id: string): ReadonlySet<string> {
    const state = this.of(id);
    if (state === "down") return new Set([id]);
    if (state !== "unreachable") return new Set();
    const [first, ...others] = this.#topology.parentsOf(id).map((parent) => this.#causes.get(parent));
    if (others.length === 0) return first ?? new Set();
    return new Set([first, ...others].flatMap((causes) => [...(causes ?? [])]));
  }

  #judge(id: string): ReachState {
    const own = this.#own.get(id) ?? "unknown";
    const parents = this.#topology.parentsOf(id);
    const cutOff = own !== "up" && parents.length > 0 && parents.every((parent) => this.isOut(parent));
    return cutOff ? "unreachable" : own;
  }
}
