import type { Log } from "../../../process/log.ts";
import type { EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";

export type Follower = (event: SequencedEvent) => void;

const pageSize = 200;

/**
 * Delivers every event once and in order to the followers. Deliveries of Redis may have gaps and repetitions; gaps are
 * filled from the database.
 */
export class EventFeed {
  readonly #eventLog: EventLog;
  readonly #log: Log;
  readonly #followers = new Set<Follower>();
  /** Events up to this one have been delivered. */
  #position = 0;
  /** The last event known to exist. */
  #known = 0;
  #filling = false;

  constructor(eventLog: EventLog, log: Log) {
    this.#eventLog = eventLog;
    this.#log = log;
  }

  /** Delivers the events from now on. */
  async start(): Promise<void> {
    this.#position = await this.#eventLog.last();
    this.#known = this.#position;
  }

  get position(): number {
    return this.#position;
  }

  /** Calls the follower with all events after the present position. The returned function stops this. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  hear(event: SequencedEvent): void {
    if (!this.#filling && event.sequence === this.#position + 1) this.#give(event);
    this.reached(event.sequence);
  }

  /** Events up to this one exist. Reads those that were not delivered. */
  reached(sequence: number): void {
    this.#known = Math.max(this.#known, sequence);
    if (this.#filling || this.#position >= this.#known) return;
    if (this.#followers.size === 0) this.#position = this.#known;
    else void this.#fill();
  }

  async #fill(): Promise<void> {
    this.#filling = true;
    try {
      while (this.#position < this.#known) await this.#fillPage(this.#known);
    } catch (error) {
      // The relay's next check calls `reached` again.
      this.#log.warn("missed events could not be read yet", { reason: (error as Error).message });
    } finally {
      this.#filling = false;
    }
  }

  async #fillPage(upTo: number): Promise<void> {
    const range = { after: this.#position, upTo, limit: pageSize };
    const { events } = await this.#eventLog.page(range);
    for (const event of events) this.#give(event);
    if (events.length < pageSize) this.#position = upTo;
  }

  #give(event: SequencedEvent): void {
    this.#position = event.sequence;
    for (const follower of this.#followers) follower(event);
  }
}
