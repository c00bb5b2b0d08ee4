import type { Progress } from "./progress.ts";

/**
 * Passes on one message every ten seconds, for output that is not a terminal. Reporters take turns, each with its
 * newest message.
 */
export class ProgressThrottle implements Disposable {
  readonly #waiting = new Map<Progress, string>();
  readonly #timer = setInterval(() => this.#passOn(), 10_000);

  /** A reporter whose messages reach the given one when its turn comes. */
  throttle(progress: Progress): Progress {
    return (message) => void this.#waiting.set(progress, message);
  }

  /** Drops the message that this reporter still waits with. */
  drop(progress: Progress): void {
    this.#waiting.delete(progress);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #passOn(): void {
    for (const [progress, message] of this.#waiting) {
      this.#waiting.delete(progress);
      progress(message);
      return;
    }
  }
}
