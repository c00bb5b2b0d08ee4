import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";

interface Releaser {
  readonly name: string;
  readonly release: () => Promise<void> | void;
}

/** The resources to close. Each is registered where it is opened; the last is closed first. */
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

  /** The resource that is closed next or now, for the log line of a shutdown that hangs. */
  get top(): string {
    return this.#stack.at(-1)?.name ?? "nothing";
  }

  /** Runs all, one after the other. A failure is logged and does not stop the rest. */
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
      this.#log.info("released", { what: name, ms: Math.round(this.#clock.monotonic() - started) });
    } catch (error) {
      this.#log.warn("a release failed", { what: name, reason: (error as Error).message });
    }
  }
}
