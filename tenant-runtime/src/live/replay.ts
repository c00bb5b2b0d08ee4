import type { EventLog } from "../platform/events/event-log.ts";
import type { SequencedEvent } from "../platform/events/events.ts";
import type { EventFeed } from "./event-feed.ts";

export interface ReplayOptions {
  readonly feed: EventFeed;
  readonly eventLog: EventLog;
  /** The last sequence number that the client has seen. */
  readonly after: number;
  readonly topics: readonly string[];
  /** Resolves when they are on their way, so that a slow reader is waited for. */
  readonly send: (events: readonly SequencedEvent[]) => Promise<void>;
  /** Called when all up to `seen` has been sent; what the feed gives from then on is to follow it. */
  readonly live: (seen: number) => void;
  /** Called instead when the client has missed more than can be replayed. */
  readonly tooFarBehind: () => void;
}

/** Of all topics: beyond this it is cheaper for everyone to read the resources anew. */
export const longestReplay = 1_000;

const pageSize = 200;

/** Sends what has happened since `after`, and goes live at the very moment when nothing is left to send. */
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
  // No await between the last look at the feed and here: what it gives in between would be lost.
  live(seen);
}

/** The client was served by a pod that has heard more than this one, or by a database that is no more. */
async function isKnown({ feed, eventLog, after }: ReplayOptions): Promise<boolean> {
  const last = await eventLog.last();
  feed.reached(last);
  return after <= last;
}
