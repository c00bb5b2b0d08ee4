import type { Progress } from "./progress.ts";

/**
 * Passes on at most one message in ten seconds, for output that is not a terminal: the first at once, then those of
 * the reporters in turns, each with its newest.
 */
export class ProgressThrottle implements Disposable {
  readonly #waiting = new Map<Progress, string>();
  /** Runs for ten seconds after each message. */
  #pause: NodeJS.Timeout | undefined;

  /** A reporter whose messages reach the given one when its turn comes. */
  throttle(progress: Progress): Progress {
    return (message) => {
      this.#waiting.set(progress, message);
      if (this.#pause === undefined) this.#passOn();
    };
  }

  /** Drops the message that this reporter still waits with. */
  drop(progress: Progress): void {
    this.#waiting.delete(progress);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#pause);
  }

  #passOn(): void {
    this.#pause = undefined;
    for (const [progress, message] of this.#waiting) {
      this.#pause = setTimeout(() => this.#passOn(), 10_000);
      this.#waiting.delete(progress);
      progress(message);
      return;
    }
  }
}
