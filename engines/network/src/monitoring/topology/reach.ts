import type { DeviceState } from "../states/walk-states.ts";
import type { Topology } from "./topology.ts";

/** What is known of a device: `unreachable` where everything that it is reached through is out. */
export type ReachState = DeviceState | "unreachable";

/**
 * Tells devices that are down from those that only lie behind them. An answer is proof: a device that is up
 * stays up whatever its parents are. Any other is unreachable when it has parents and every one of them is
 * down or unreachable. An unpolled device (unknown) in between passes this on, but does not begin it.
 */
export class Reach {
  readonly #topology: Topology;
  readonly #own = new Map<string, DeviceState>();
  readonly #states = new Map<string, ReachState>();

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

  /** Takes in new states; returns the devices whose reach changed. Looks only at what lies behind them. */
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
        changed.push(id);
        for (const child of this.#topology.childrenOf(id)) look(child);
      }
    }
    return changed;
  }

  /** The devices that are down and because of which this one is unreachable; itself where it is down. */
  causesOf(id: string): ReadonlySet<string> {
    const causes = new Set<string>();
    const seen = new Set([id]);
    for (const at of seen) {
      const state = this.of(at);
      if (state === "down") causes.add(at);
      if (state === "unreachable") for (const parent of this.#topology.parentsOf(at)) seen.add(parent);
    }
    return causes;
  }

  /** The unreachable devices of which this one is a cause. */
  shadowOf(id: string): ReadonlySet<string> {
    const shadow = new Set<string>();
    const seen = new Set([id]);
    for (const at of seen) {
      for (const child of this.#topology.childrenOf(at)) {
        if (this.of(child) !== "unreachable") continue;
        shadow.add(child);
        seen.add(child);
      }
    }
    return shadow;
  }

  #judge(id: string): ReachState {
    const own = this.#own.get(id) ?? "unknown";
    const parents = this.#topology.parentsOf(id);
    const cutOff = own !== "up" && parents.length > 0 && parents.every((parent) => this.isOut(parent));
    return cutOff ? "unreachable" : own;
  }
}
