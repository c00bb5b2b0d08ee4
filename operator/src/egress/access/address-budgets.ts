import { LRUCache } from "lru-cache";
import type { Clock, Milliseconds } from "../../../../process/clock.ts";
import { type Rate, TokenBucket } from "../../../../process/token-bucket.ts";

/** More addresses than a cluster has pods. The address unused for the longest time is forgotten first. */
const remembered = 10_000;
/** The time after which an unused address is forgotten, long enough for a bucket to be full again. */
const forgottenAfter: Milliseconds = 10 * 60_000;

/** A token bucket for each source address. */
export class AddressBudgets {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #budgets = new LRUCache<string, TokenBucket>({ max: remembered, ttl: forgottenAfter });

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Whether the address has a token left. */
  has(address: string): boolean {
    return this.#of(address).has(this.#clock.monotonic());
  }

  /** Takes a token of the address. Returns false if there is none. */
  take(address: string): boolean {
    return this.#of(address).take(this.#clock.monotonic());
  }

  /** Takes a token of the address, even if there is none. */
  spend(address: string): void {
    this.#of(address).spend(1, this.#clock.monotonic());
  }

  #of(address: string): TokenBucket {
    const budget = this.#budgets.get(address) ?? new TokenBucket(this.#rate, this.#clock.monotonic());
    this.#budgets.set(address, budget);
    return budget;
  }
}
