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

  /** Starts no further attempt, and waits at most three seconds for the one in progress. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await Promise.race([this.#running, after(stopMs, undefined, { ref: false })]);
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
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), jittered(pause)).unref();
  }
}
