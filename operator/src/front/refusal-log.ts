import type { Clock, Milliseconds } from "../../../process/clock.ts";
import type { Logger } from "../../../process/log.ts";
import type { FrontRefusal } from "./front-refusal.ts";

const quietFor: Milliseconds = 60_000;
/** More sources than a cluster has pods with something to say in a minute. */
const mostRemembered = 10_000;

interface Said {
  readonly at: Milliseconds;
  unsaid: number;
}

/** Logs refusals once per source, reason and minute, with how many there were since the last line. */
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
    const since = last === undefined ? {} : { alsoSinceTheLastLine: last.unsaid };
    this.#log.warn("refused", { reason, from, why: why[reason], ...since });
  }

  #forgetOld(now: Milliseconds): void {
    for (const [key, { at }] of this.#said) if (now - at >= quietFor) this.#said.delete(key);
    if (this.#said.size >= mostRemembered) this.#said.clear();
  }
}

const why: Readonly<Record<FrontRefusal, string>> = {
  "opened-too-fast": "this address opens connections faster than it may: keep and reuse them",
  "too-many-of-source": "this address has as many connections as it may: close some, or reuse them",
  full: "all connections are taken, and this address has its fair part of them",
  evicted: "all connections are taken, and this address had most: its newest was closed for another address",
  "no-first-byte": "nothing came after the connection was opened",
  "server-unreachable": "the server behind this front cannot be reached",
};
