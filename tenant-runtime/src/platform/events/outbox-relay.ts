import type { Log } from "../../../../process/log.ts";
import { WokenLoop } from "../base/woken-loop.ts";
import type { Database, Queries } from "../database/database.ts";
import type { Events } from "./events.ts";
import { markPublished, type Taken, takeEvents } from "./take-events.ts";
import type { Topics } from "./topics.ts";

export interface OutboxRelayOptions {
  readonly database: Database & Queries;
  readonly events: Events;
  readonly topics: Topics;
  readonly log: Log;
  /** Makes every pod remove the cached values of these topics. Rejects until that is certain. */
  readonly forget: (topics: readonly string[]) => Promise<void>;
  /** Receives the last assigned sequence number when other pods may not know it. */
  readonly reached: (last: number) => void;
  /** Receives the number of published events. */
  readonly relayed: (count: number) => void;
  /** The interval between checks for events without a nudge. */
  readonly pollMs: () => number;
}

const retryMs = 2_000;
// Longer than a transaction of the replica that holds the row.
const busyMs = 100;
const batch = 200;

/**
 * Numbers recorded events in the database, then publishes them. Every replica runs a relay, and any may do the
 * work. Delivery is at least once: events that a relay numbered and did not publish, after a crash or without
 * Redis, are published by the next relay.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #loop = new WokenLoop(() => this.#attempt());
  #failing = false;

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
  }

  /** Checks for events now, or once more after the check in progress. */
  wake(): void {
    this.#loop.wake();
  }

  /** Checks within the present interval, unless a check is due sooner. */
  wakeWithinPoll(): void {
    this.#loop.wakeWithin(this.#options.pollMs());
  }

  /** Waits at most three seconds for the batch in progress. An interrupted batch loses nothing. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Returns the pause before the next check without a nudge. */
  async #attempt(): Promise<number> {
    const { database, topics, log } = this.#options;
    try {
      const pause = await this.#pass(await takeEvents(database, topics, batch));
      if (this.#failing) log.info("events are handed on again");
      this.#failing = false;
      return pause;
    } catch (error) {
      if (!this.#failing) log.warn("events cannot be handed on", { reason: (error as Error).message });
      this.#failing = true;
      return retryMs;
    }
  }

  async #pass(taken: Taken): Promise<number> {
    if (taken.kind === "busy") return busyMs;
    if (taken.kind === "nothing") this.#options.reached(taken.last);
    else await this.#publish(taken);
    return this.#options.pollMs();
  }

  async #publish({ events, last }: Extract<Taken, { kind: "events" }>): Promise<void> {
    const { database, events: channel, forget, reached, relayed } = this.#options;
    try {
      // Before any client learns of the change and reads it.
      await forget([...new Set(events.map(({ topic }) => topic))]);
      await channel.publish(events);
    } catch (error) {
      // This pod's own clients do not need Redis.
      reached(last);
      throw error;
    }
    relayed(events.length);
    await markPublished(database, events.at(-1)?.sequence ?? last);
    if (events.length === batch) this.#loop.wake();
  }
}
