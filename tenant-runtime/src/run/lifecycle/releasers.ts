import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";

interface Releaser {
  readonly name: string;
  readonly release: () => Promise<void> | void;
}

/** What was opened and must be closed: registered where it is opened, run last-in first-out. */
export class Releasers {
  readonly #stack: Releaser[] = [];
  readonly #log: Log;
  readonly #clock: Clock;

  constructor(log: Log, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  add(name: string, release: Releaser["release"]): void {
    this.#stack.push({ name, release });
  }

  /** What will be released next, or is being released: for the log line of a shutdown that hangs. */
  get top(): string {
    return this.#stack.at(-1)?.name ?? "nothing";
  }

  /** Runs all, one after the other; a failing one is logged and does not stop the rest. */
  async run(): Promise<void> {
    for (let last = this.#stack.at(-1); last !== undefined; last = this.#stack.at(-1)) {
      await this.#runOne(last);
      this.#stack.splice(this.#stack.lastIndexOf(last), 1);
    }
  }

  async #runOne({ name, release }: Releaser): Promise<void> {
    const started = this.#clock.monotonic();
    try {
      await release();
      this.#log.info("Released.", { what: name, ms: Math.round(this.#clock.monotonic() - started) });
    } catch (error) {
      this.#log.warn("A release failed.", { what: name, reason: (error as Error).message });
    }
  }
}
