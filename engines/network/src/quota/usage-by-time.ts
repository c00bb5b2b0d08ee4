import type { Flow } from "./flow.ts";
import type { Usage } from "./quota-facts.ts";

/** Returns usage in the order of time, each stretch once. */
export class UsageByTime {
  readonly #instants: ReadonlyMap<number, readonly Usage[]>;
  readonly #spans: readonly Usage[];
  #next = 0;
  #open: Usage[] = [];

  constructor(usage: readonly Usage[]) {
    this.#instants = Map.groupBy(
      usage.filter(({ from, to }) => from === to),
      ({ to }) => to,
    );
    this.#spans = usage.filter(({ from, to }) => from < to).sort((one, other) => one.from - other.from);
  }

  /** The usage at exactly this instant. */
  at(instant: number): readonly Usage[] {
    return this.#instants.get(instant) ?? [];
  }

  /** The flow from this instant on. Instants must be requested in rising order. */
  flowing(instant: number): Flow {
    this.#open = this.#open.filter(({ to }) => to > instant);
    let one = this.#spans[this.#next];
    while (one !== undefined && one.from <= instant) {
      if (one.to > instant) this.#open.push(one);
      this.#next += 1;
      one = this.#spans[this.#next];
    }
    return this.#open;
  }
}
