import type { EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";
import type { EventFeed } from "./event-feed.ts";

export interface ReplayOptions {
  readonly feed: EventFeed;
  readonly eventLog: EventLog;
  /** The last sequence number that the client has seen. */
  readonly after: number;
  readonly topics: readonly string[];
  /** Resolves when the events have been sent, so that the replay waits for a slow reader. */
  readonly send: (events: readonly SequencedEvent[]) => Promise<void>;
  /** Called when all events up to `seen` have been sent. Later events come from the feed. */
  readonly live: (seen: number) => void;
  /** Called instead when the client has missed more events than can be replayed. */
  readonly tooFarBehind: () => void;
}

/** The limit over all topics. Above it, reading the resources again costs less. */
const longestReplay = 1_000;

const pageSize = 200;

/** Sends the events since `after`, and switches to live events at the moment when no older event remains. */
export async function replay(options: ReplayOptions): Promise<void> {
  const { feed, eventLog, after, topics, send, live, tooFarBehind } = options;
  if (after > feed.position && !(await isKnown(options))) return tooFarBehind();
  if (feed.position - after > longestReplay) return tooFarBehind();
  let seen = after;
  while (seen < feed.position) {
    const range = { after: seen, upTo: feed.position, topics, limit: pageSize };
    const { events, goneUpTo } = await eventLog.page(range);
    if (goneUpTo > seen) return tooFarBehind();
    await send(events);
    seen = events.length < pageSize ? range.upTo : (events.at(-1)?.sequence ?? range.upTo);
  }
  // No await between the last check of the feed and here: events in between would be lost.
  live(seen);
}

/**
 * Whether the event is known. False if another pod with later events served the client, or if the database was
 * replaced.
 */
async function isKnown({ feed, eventLog, after }: ReplayOptions): Promise<boolean> {
  const last = await eventLog.last();
  feed.reached(last);
  return after <= last;
}
