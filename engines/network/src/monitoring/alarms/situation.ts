import type { Span } from "../spans/span.ts";
import type { FlappingChange } from "../states/walk-flapping.ts";
import type { DeviceState, StateChange } from "../states/walk-states.ts";
import type { ThresholdChange } from "../states/walk-threshold.ts";
import { Reach } from "../topology/reach.ts";
import type { Topology } from "../topology/topology.ts";
import type { News } from "./news.ts";
import type { Finding, Slot } from "./slot.ts";

/** The known state at an evaluation. */
export class Situation {
  readonly reach: Reach;
  readonly #topology: Topology;
  readonly #planned: ReadonlyMap<string, readonly Span[]>;
  readonly #states = new Map<string, StateChange>();
  readonly #flapping = new Map<string, FlappingChange>();
  readonly #thresholds = new Map<string, ThresholdChange>();

  constructor(topology: Topology, planned: ReadonlyMap<string, readonly Span[]>) {
    this.reach = new Reach(topology);
    this.#topology = topology;
    this.#planned = planned;
  }

  /** Processes new facts; returns the objects whose alarms may appear, end or change. */
  learn(news: readonly News[]): ReadonlySet<string> {
    const touched = new Set<string>();
    const states = new Map<string, DeviceState>();
    for (const one of news) {
      touched.add(one.object);
      if (one.kind === "state") {
        this.#states.set(one.object, one.change);
        states.set(one.object, one.change.state);
      }
      if (one.kind === "flapping") this.#flapping.set(one.object, one.change);
      if (one.kind === "threshold") this.#thresholds.set(one.rule, one.change);
    }
    const changed = this.reach.update(states);
    for (const id of changed) touched.add(id);
    // The devices behind these may now have another cause, although they are as unreachable as before.
    for (const hidden of this.reach.shadowOfAll(changed)) touched.add(hidden);
    // Whether a device itself flaps depends also on its parents.
    for (const id of [...touched]) for (const child of this.#topology.childrenOf(id)) touched.add(child);
    return touched;
  }

  /** The begin of an object's present state; undefined before its first state. */
  since(object: string): number | undefined {
    return this.#states.get(object)?.since;
  }

  isFlapping(object: string): boolean {
    return this.#flapping.get(object)?.flapping === true;
  }

  isPlanned(object: string, at: number): boolean {
    return (this.#planned.get(object) ?? []).some(({ from, to }) => from <= at && at < to);
  }

  find(slot: Slot): Finding {
    if (slot.trouble === "down") return this.#findDown(slot.object);
    if (slot.trouble === "flapping") return this.#findFlapping(slot.object);
    const state = this.#thresholds.get(slot.rule ?? "")?.state;
    if (state === "breached") return "trouble";
    return state === "clear" ? "none" : "hold";
  }

  /** The instant at which the slot's trouble began or ended. */
  begin(slot: Slot): number {
    if (slot.trouble === "down") return this.since(slot.object) ?? 0;
    const changes = slot.trouble === "flapping" ? this.#flapping : this.#thresholds;
    return changes.get(slot.rule ?? slot.object)?.at ?? 0;
  }

  /** A flapping device is neither down nor up. An unreachable one cannot be judged. */
  #findDown(object: string): Finding {
    const state = this.reach.of(object);
    if (this.isFlapping(object) || state === "unreachable" || state === "unknown") return "hold";
    return state === "down" ? "trouble" : "none";
  }

  /** A device whose parents all flap or are down flaps because of them. */
  #findFlapping(object: string): Finding {
    if (!this.isFlapping(object)) return "none";
    const parents = this.#topology.parentsOf(object);
    const carried = parents.some((id) => !this.isFlapping(id) && !this.reach.isOut(id));
    return parents.length === 0 || carried ? "trouble" : "hold";
  }
}
