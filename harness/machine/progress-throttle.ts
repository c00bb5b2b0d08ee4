import type { Progress } from "./progress.ts";

/**
 * Passes on at most one message in ten seconds, for output that is not a terminal. It passes the first message at once,
 * then the newest of each reporter in turn.
 */
export class ProgressThrottle implements Disposable {
  readonly #waiting = new Map<Progress, string>();
  /** Runs for ten seconds after each message. */
  #pause: NodeJS.Timeout | undefined;

  /** A reporter that passes its messages to the given one in turn. */
  throttle(progress: Progress): Progress {
    return (message) => {
      this.#waiting.set(progress, message);
      if (this.#pause === undefined) this.#passOn();
    };
  }

  /** Drops this reporter's waiting message. */
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
