import type { Clock, Milliseconds } from "../../../process/clock.ts";
import type { Logger } from "../../../process/log.ts";
import type { FrontRefusal } from "./front-refusal.ts";

const quietFor: Milliseconds = 60_000;
/** More than the number of pods in a cluster that are refused within a minute. */
const mostRemembered = 10_000;

interface Said {
  readonly at: Milliseconds;
  unsaid: number;
}

/** Logs refusals once per source, reason and minute, with their number since the last line. */
export class RefusalLog {
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #said = new Map<string, Said>();

  constructor(log: Logger, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  note(reason: FrontRefusal, from: string): void {
    const key = `${reason} ${from}`;
    const now = this.#clock.monotonic();
    const last = this.#said.get(key);
    if (last !== undefined && now - last.at < quietFor) {
      last.unsaid += 1;
      return;
    }
    if (this.#said.size >= mostRemembered) this.#forgetOld(now);
    this.#said.delete(key);
    this.#said.set(key, { at: now, unsaid: 0 });
    const since = last === undefined ? {} : { also_since_the_last_line: last.unsaid };
    this.#log.warn("refused", { reason, from, why: why[reason], ...since });
  }

  #forgetOld(now: Milliseconds): void {
    for (const [key, { at }] of this.#said) if (now - at >= quietFor) this.#said.delete(key);
    if (this.#said.size >= mostRemembered) this.#said.clear();
  }
}

const why: Readonly<Record<FrontRefusal, string>> = {
  "opened-too-fast": "this address opens connections too fast: keep and reuse them",
  "too-many-of-source": "this address has reached its limit of connections: close some, or reuse them",
  full: "all connections are in use, and this address has its fair share of them",
  evicted:
    "all connections are in use, and this address had the most: its newest was closed for another address",
  "no-first-byte": "the client opened the connection and sent nothing",
  "server-unreachable": "the server behind this front cannot be reached",
};
