import { z } from "zod";
import { redisChannels } from "../../../../contract/redis-access.ts";
import type { Log } from "../../../../process/log.ts";
import { type RedisLink, reachingRedis } from "../redis/redis.ts";
import type { Topics } from "./topics.ts";

/**
 * The messages on the channel of nudges that tell more: of a user whose sessions have ended, or of waiting jobs. Pods of
 * older images read each as a nudge.
 */
const notice = z.union([z.object({ sessionsEnded: z.string() }), z.object({ jobsWait: z.literal(true) })]);

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
 * An event with its number in the sequence of this tenant's events: 1, 2, 3, … Its data contain identifiers and
 * names of fields. A receiver reads the resource for the rest.
 */
export type SequencedEvent = z.output<typeof message>;

export type EventListener = (event: SequencedEvent) => void;

/**
 * Sends events to every pod of the tenant at once. Not reliable: a pod without a connection misses them, and
 * detects the gap at the next sequence number.
 */
export interface Events {
  /** Publishes in order. Throws STATE_UNAVAILABLE if Redis cannot be reached. */
  publish(events: readonly SequencedEvent[]): Promise<void>;
  /** Calls the listener for every event that any pod publishes. The returned function stops this. */
  listen(listener: EventListener): () => void;
  /** Notifies relays of waiting events. Throws STATE_UNAVAILABLE when Redis cannot be reached. */
  nudge(): Promise<void>;
  /** Calls the listener when events may wait: after a nudge, and whenever one may have been missed. */
  onNudge(listener: () => void): () => void;
  /** Notifies every pod of waiting jobs. Throws STATE_UNAVAILABLE when Redis cannot be reached. */
  jobsWait(): Promise<void>;
  /** Calls the listener when jobs may wait: after such a notice, and whenever one may have been missed. */
  onJobsWait(listener: () => void): () => void;
  /** Whether nudges and notices of all pods arrive. */
  readonly arrive: boolean;
  /** Calls the listener when they stop to arrive. */
  onLost(listener: () => void): () => void;
  /** Notifies every pod that sessions of a user have ended. Throws STATE_UNAVAILABLE when Redis cannot be reached. */
  sessionsEnded(userId: string): Promise<void>;
  /** Calls the listener for every such notice of any pod. */
  onSessionsEnded(listener: (userId: string) => void): () => void;
}

export interface EventsOptions {
  readonly publisher: RedisLink;
  /** A separate connection, because a subscribed one accepts no other commands. */
  readonly subscriber: RedisLink;
  readonly prefix: string;
  readonly topics: Topics;
  readonly log: Log;
}

const retryMs = 2_000;

// One channel for all topics: a pattern would have to equal an entry of the tenant's access list.
export function createEvents({ publisher, subscriber, prefix, topics, log }: EventsOptions): Events {
  const { events: eventChannel, outbox: nudgeChannel } = redisChannels(prefix);
  const listeners = new Set<EventListener>();
  const nudgeListeners = new Set<() => void>();
  const jobListeners = new Set<() => void>();
  const endListeners = new Set<(userId: string) => void>();
  const nudged = () => {
    for (const listener of nudgeListeners) listener();
  };
  const jobsWait = () => {
    for (const listener of jobListeners) listener();
  };
  let arrive = false;
  const lossListeners = new Set<() => void>();
  const found = () => {
    arrive = true;
    nudged();
    jobsWait();
  };
  const lost = () => {
    if (!arrive) return;
    arrive = false;
    for (const listener of lossListeners) listener();
  };
  // A server that refuses for now may keep the connection, so no reconnection would trigger another attempt.
  let again: NodeJS.Timeout | undefined;
  const subscribe = () =>
    subscriber.redis.subscribe(eventChannel, nudgeChannel).then(
      () => found(),
      (error: Error) => {
        log.warn("cannot subscribe to events", { reason: error.message });
        again = setTimeout(() => void (subscriber.available() && subscribe()), retryMs).unref();
      },
    );
  subscriber.onChange((up) => {
    clearTimeout(again);
    if (up) void subscribe();
    else lost();
  });
  const noticed = (known: z.output<typeof notice> | undefined) => {
    if (known === undefined) return nudged();
    if ("jobsWait" in known) return jobsWait();
    for (const listener of endListeners) listener(known.sessionsEnded);
  };
  subscriber.redis.on("message", (channel: string, text: string) => {
    if (channel === nudgeChannel) return noticed(notice.safeParse(jsonOrUndefined(text)).data);
    const parsed = message.safeParse(jsonOrUndefined(text));
    if (!parsed.success) return log.warn("an event could not be read", { channel });
    // The publishing pod may run another image with other topics.
    const heard = { ...parsed.data, topic: topics.of(parsed.data.event.entity.type) };
    for (const listener of listeners) listener(heard);
  });
  return {
    get arrive() {
      return arrive;
    },
    async publish(events) {
      // Sent one after another on one connection, so they keep their order.
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
    onLost(listener) {
      lossListeners.add(listener);
      return () => lossListeners.delete(listener);
    },
    async jobsWait() {
      const text = JSON.stringify({ jobsWait: true });
      await reachingRedis(() => publisher.redis.publish(nudgeChannel, text));
    },
    onJobsWait(listener) {
      jobListeners.add(listener);
      return () => jobListeners.delete(listener);
    },
    async sessionsEnded(userId) {
      const text = JSON.stringify({ sessionsEnded: userId });
      await reachingRedis(() => publisher.redis.publish(nudgeChannel, text));
    },
    onSessionsEnded(listener) {
      endListeners.add(listener);
      return () => endListeners.delete(listener);
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
