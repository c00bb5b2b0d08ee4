import { setTimeout as after } from "node:timers/promises";
import { jittered } from "./jittered.ts";

const stopMs = 3_000;

/**
 * Repeats an attempt, never two at once: when `wake` is called, and after the pause in milliseconds that the attempt
 * returns. The attempt must not throw. It may wake its own loop to be repeated at once.
 */
export class WokenLoop {
  readonly #attempt: () => Promise<number>;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, by the monotonic clock. */
  #due = Number.POSITIVE_INFINITY;
  #wanted = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(attempt: () => Promise<number>) {
    this.#attempt = attempt;
  }

  /** Attempts now, or once more after the attempt in progress. */
  wake(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    this.#running ??= this.#run();
  }

  /**
   * Attempts after this pause, unless an attempt is due sooner. For a change that many processes notice at the same
   * moment: unlike `wake` it spreads their attempts.
   */
  wakeWithin(pause: number): void {
    if (this.#stopped || this.#running !== undefined) return;
    const wait = Math.random() * pause;
    if (performance.now() + wait < this.#due) this.#wakeAfter(wait);
  }

  /** Starts no further attempt, and waits for the one in progress: three seconds, or as long as told. */
  async stop(longestMs = stopMs): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.race([this.#running, after(longestMs, undefined, { ref: false })]);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let pause = 0;
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      pause = await this.#attempt();
    }
    // No await between the last read of #wanted and here: a wake in between would be lost.
    this.#running = undefined;
    if (!this.#stopped) this.#wakeAfter(jittered(pause));
  }

  #wakeAfter(wait: number): void {
    clearTimeout(this.#timer);
    this.#due = performance.now() + wait;
    this.#timer = setTimeout(() => this.wake(), wait).unref();
  }
}
