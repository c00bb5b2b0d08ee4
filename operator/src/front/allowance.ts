import type { Milliseconds } from "../controller/clock.ts";

/** So much a second, and so much at once by who was quiet before. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket that may be overdrawn once: what came is taken, and what comes next has to wait. */
export class Allowance {
  readonly #rate: Rate;
  #left: number;
  #at: Milliseconds;

  constructor(rate: Rate, now: Milliseconds) {
    this.#rate = rate;
    this.#left = rate.burst;
    this.#at = now;
  }

  /** Takes one where there is one. */
  take(now: Milliseconds): boolean {
    this.#refill(now);
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Takes as much as was used, and says for how long nothing more may be; 0 while there is something left. */
  spend(amount: number, now: Milliseconds): Milliseconds {
    this.#refill(now);
    this.#left -= amount;
    return this.#left >= 0 ? 0 : (-this.#left / this.#rate.perSecond) * 1000;
  }

  /** Whether nothing was used of late, so that a new one would be the same. */
  isFull(now: Milliseconds): boolean {
    this.#refill(now);
    return this.#left >= this.#rate.burst;
  }

  #refill(now: Milliseconds): void {
    const { perSecond, burst } = this.#rate;
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1000) * perSecond);
    this.#at = now;
  }
}
