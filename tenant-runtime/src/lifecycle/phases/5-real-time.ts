import { permits } from "../../modules/identity/permissions.ts";
import { createEvents, type Events } from "../../platform/events.ts";
import type { Metrics } from "../../platform/metrics.ts";
import { openRedis } from "../../platform/redis.ts";
import { WebSocketManager } from "../../websocket/manager.ts";
import type { Base } from "../base.ts";
import type { Steps } from "../startup.ts";
import type { Infrastructure } from "./3-infrastructure.ts";
import type { Security } from "./4-security-and-api.ts";

export interface RealTime {
  readonly webSockets: WebSocketManager;
}

/** What tells clients that something has happened. */
export async function realTime(
  steps: Steps,
  base: Base,
  { cacheLink, authenticate }: Infrastructure & Security,
  metrics: Metrics,
): Promise<RealTime> {
  const { events, connected } = openEvents(base, cacheLink);
  const webSockets = await steps.critical(
    "WebSocket manager",
    () => new WebSocketManager({ events, authenticate, permits, metrics }),
  );
  await steps.optional("event system", connected);
  return { webSockets };
}

function openEvents(base: Base, publisher: Infrastructure["cacheLink"]) {
  const { config, secrets, ca, log, releasers, dependencies } = base;
  const { cache: endpoint, prefix } = config.redis;
  const subscriber = openRedis({ name: "events", endpoint, login: secrets.redis, ca, prefix, log });
  releasers.add("Redis events", subscriber.close);
  const events: Events = createEvents({ publisher, subscriber, prefix, log });
  dependencies.add({
    name: "events",
    critical: false,
    check: async () => ({ roundTripMs: await subscriber.ping() }),
  });
  subscriber.onChange(() => dependencies.suspect("events"));
  return { events, connected: subscriber.connected };
}
