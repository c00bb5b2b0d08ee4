import type { Log } from "../../../../process/log.ts";
import { WokenLoop } from "../base/woken-loop.ts";
import type { Database } from "../database/database.ts";
import type { Events } from "./events.ts";
import { markPublished, type Taken, takeEvents } from "./take-events.ts";
import type { Topics } from "./topics.ts";

export interface OutboxRelayOptions {
  readonly database: Database;
  readonly events: Events;
  readonly topics: Topics;
  readonly log: Log;
  /** Makes every pod forget what it has kept of these topics; rejects while that cannot be known. */
  readonly forget: (topics: readonly string[]) => Promise<void>;
  /** Told the last sequence number given, whenever others may not have heard of it. */
  readonly reached: (last: number) => void;
  /** Told how many events were published. */
  readonly relayed: (count: number) => void;
  /** How often it looks for events when no nudge comes. Default 30 s. */
  readonly pollMs?: number;
}

const pollMs = 30_000;
const retryMs = 2_000;
// Longer than a transaction of the replica that is at it.
const busyMs = 100;
const batch = 200;

/**
 * Hands recorded events on: numbers them in the database, then publishes them. Every replica runs one and
 * any may be the one that does it. At least once: what a relay has numbered but not published, because
 * it crashed or Redis was away, the next one publishes.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #loop = new WokenLoop(() => this.#attempt());
  #failing = false;

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
  }

  /** Looks for events now, or once more after the look under way. */
  wake(): void {
    this.#loop.wake();
  }

  /** Lets the batch under way end, for three seconds: one that is cut off loses nothing. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Gives the pause after which to look again unasked. */
  async #attempt(): Promise<number> {
    const { database, topics, log } = this.#options;
    try {
      const pause = await this.#pass(await takeEvents(database, topics, batch));
      if (this.#failing) log.info("Events are handed on again.");
      this.#failing = false;
      return pause;
    } catch (error) {
      if (!this.#failing) log.warn("Events cannot be handed on.", { reason: (error as Error).message });
      this.#failing = true;
      return retryMs;
    }
  }

  async #pass(taken: Taken): Promise<number> {
    if (taken.kind === "busy") return busyMs;
    if (taken.kind === "nothing") this.#options.reached(taken.last);
    else await this.#publish(taken);
    return this.#options.pollMs ?? pollMs;
  }

  async #publish({ events, last }: Extract<Taken, { kind: "events" }>): Promise<void> {
    const { database, events: channel, forget, reached, relayed } = this.#options;
    try {
      // Before anyone hears of a change and reads what has changed.
      await forget([...new Set(events.map(({ topic }) => topic))]);
      await channel.publish(events);
    } catch (error) {
      // This pod's own clients need no Redis.
      reached(last);
      throw error;
    }
    relayed(events.length);
    await markPublished(database, events.at(-1)?.sequence ?? last);
    if (events.length === batch) this.#loop.wake();
  }
}
