import { z } from "zod";
import type { Log } from "./log.ts";
import { type RedisLink, reachingRedis } from "./redis.ts";

const message = z.object({
  topic: z.string(),
  event: z.object({ id: z.string(), type: z.string(), data: z.record(z.string(), z.unknown()) }),
});

/** Something that happened. Data holds identifiers; whoever is interested reads the resource. */
export type TenantEvent = z.output<typeof message>["event"];

export type EventListener = (topic: string, event: TenantEvent) => void;

/** Tells every pod of the tenant what happened. At most once: who was not connected does not learn it. */
export interface Events {
  /** Throws STATE_UNAVAILABLE when Redis cannot be reached. */
  publish(topic: string, event: TenantEvent): Promise<void>;
  /** Calls the listener for every event of any pod; the answer stops that. */
  listen(listener: EventListener): () => void;
}

export interface EventsOptions {
  readonly publisher: RedisLink;
  /** A connection of its own: one that is subscribed can do nothing else. */
  readonly subscriber: RedisLink;
  readonly prefix: string;
  readonly log: Log;
}

// One channel for all topics: a pattern would have to equal an entry of the tenant's access list.
export function createEvents({ publisher, subscriber, prefix, log }: EventsOptions): Events {
  const channel = `${prefix}events`;
  const listeners = new Set<EventListener>();
  const subscribe = () =>
    subscriber.redis
      .subscribe(channel)
      .catch((error: Error) => log.warn("Cannot subscribe to events.", { reason: error.message }));
  subscriber.onChange((up) => void (up && subscribe()));
  subscriber.redis.on("message", (_channel: string, text: string) => {
    const parsed = message.safeParse(jsonOrUndefined(text));
    if (!parsed.success) return log.warn("An event could not be read.", { channel });
    for (const listener of listeners) listener(parsed.data.topic, parsed.data.event);
  });
  return {
    async publish(topic, event) {
      await reachingRedis(() => publisher.redis.publish(channel, JSON.stringify({ topic, event })));
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
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
