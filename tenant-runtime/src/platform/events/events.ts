import { z } from "zod";
import type { Log } from "../../../../process/log.ts";
import { type RedisLink, reachingRedis } from "../redis/redis.ts";
import type { Topics } from "./topics.ts";

const message = z.object({
  sequence: z.int().min(1),
  topic: z.string(),
  event: z.object({
    id: z.string(),
    type: z.string(),
    entity: z.object({ type: z.string(), id: z.string() }),
    occurredAt: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
});

/**
 * Something that happened, with its place in the order of all that happened in this tenant: 1, 2, 3, …
 * Data holds identifiers and names of fields; whoever is interested reads the resource.
 */
export type SequencedEvent = z.output<typeof message>;

export type EventListener = (event: SequencedEvent) => void;

/**
 * Tells every pod of the tenant at once what happened. Best effort: who was not connected does not learn
 * it here, and sees by the next sequence number that it has missed something.
 */
export interface Events {
  /** In their order. Throws STATE_UNAVAILABLE when Redis cannot be reached. */
  publish(events: readonly SequencedEvent[]): Promise<void>;
  /** Calls the listener for every event that any pod publishes; the answer stops that. */
  listen(listener: EventListener): () => void;
  /** Says that events wait for a relay. Throws STATE_UNAVAILABLE when Redis cannot be reached. */
  nudge(): Promise<void>;
  /** Calls the listener when events may wait: after a nudge, and whenever one may have been missed. */
  onNudge(listener: () => void): () => void;
}

export interface EventsOptions {
  readonly publisher: RedisLink;
  /** A connection of its own: one that is subscribed can do nothing else. */
  readonly subscriber: RedisLink;
  readonly prefix: string;
  readonly topics: Topics;
  readonly log: Log;
}

const retryMs = 2_000;

// One channel for all topics: a pattern would have to equal an entry of the tenant's access list.
export function createEvents({ publisher, subscriber, prefix, topics, log }: EventsOptions): Events {
  const [eventChannel, nudgeChannel] = [`${prefix}events`, `${prefix}outbox`];
  const listeners = new Set<EventListener>();
  const nudgeListeners = new Set<() => void>();
  const nudged = () => {
    for (const listener of nudgeListeners) listener();
  };
  // A connection may be up and its server refuse for now: a later connection would not be made by itself.
  let again: NodeJS.Timeout | undefined;
  const subscribe = () =>
    subscriber.redis.subscribe(eventChannel, nudgeChannel).then(
      () => nudged(),
      (error: Error) => {
        log.warn("Cannot subscribe to events.", { reason: error.message });
        again = setTimeout(() => void (subscriber.available() && subscribe()), retryMs).unref();
      },
    );
  subscriber.onChange((up) => {
    clearTimeout(again);
    if (up) void subscribe();
  });
  subscriber.redis.on("message", (channel: string, text: string) => {
    if (channel === nudgeChannel) return nudged();
    const parsed = message.safeParse(jsonOrUndefined(text));
    if (!parsed.success) return log.warn("An event could not be read.", { channel });
    // The pod that published it may run another image, which knows other topics.
    const heard = { ...parsed.data, topic: topics.of(parsed.data.event.entity.type) };
    for (const listener of listeners) listener(heard);
  });
  return {
    async publish(events) {
      // Written one behind the other on one connection, so they keep their order.
      await reachingRedis(() =>
        Promise.all(events.map((event) => publisher.redis.publish(eventChannel, JSON.stringify(event)))),
      );
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async nudge() {
      await reachingRedis(() => publisher.redis.publish(nudgeChannel, ""));
    },
    onNudge(listener) {
      nudgeListeners.add(listener);
      return () => nudgeListeners.delete(listener);
    },
  };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
