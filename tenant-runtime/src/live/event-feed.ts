import type { Log } from "../../../process/log.ts";
import type { EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";

export type Follower = (event: SequencedEvent) => void;

const pageSize = 200;

/**
 * Gives every event once and in order to those who follow. What Redis delivers may have gaps and
 * repetitions: a gap is filled from the database.
 */
export class EventFeed {
  readonly #eventLog: EventLog;
  readonly #log: Log;
  readonly #followers = new Set<Follower>();
  /** All up to this one has been given. */
  #position = 0;
  /** The last one known to exist. */
  #known = 0;
  #filling = false;

  constructor(eventLog: EventLog, log: Log) {
    this.#eventLog = eventLog;
    this.#log = log;
  }

  /** Begins with what happens from now on. */
  async start(): Promise<void> {
    this.#position = await this.#eventLog.last();
    this.#known = this.#position;
  }

  get position(): number {
    return this.#position;
  }

  /** Calls the follower with all after the present position; the answer stops that. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  hear(event: SequencedEvent): void {
    if (!this.#filling && event.sequence === this.#position + 1) this.#give(event);
    this.reached(event.sequence);
  }

  /** Events up to this one exist: asks for those that were not heard. */
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
      // The relay's next look calls `reached` again.
      this.#log.warn("Missed events could not be read yet.", { reason: (error as Error).message });
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
