import type { Clock, Milliseconds } from "../../../../process/clock.ts";

/** A clock for tests. Time passes only by `advance`. */
export class ManualClock implements Clock {
  readonly #start: number;
  #elapsed = 0;
  #timers: { readonly at: Milliseconds; readonly action: () => void }[] = [];

  constructor(start: Date = new Date("2026-01-01T00:00:00Z")) {
    this.#start = start.getTime();
  }

  now(): Date {
    return new Date(this.#start + this.#elapsed);
  }

  monotonic(): Milliseconds {
    return this.#elapsed;
  }

  after(delay: Milliseconds, action: () => void): () => void {
    const timer = { at: this.#elapsed + delay, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((candidate) => candidate !== timer);
    };
  }

  /** Number of timers that have not fired. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Advances the time and runs each timer at its time, in order. */
  advance(by: Milliseconds): void {
    const end = this.#elapsed + by;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#elapsed = Math.max(this.#elapsed, due.at);
      due.action();
    }
    this.#elapsed = end;
  }
}
