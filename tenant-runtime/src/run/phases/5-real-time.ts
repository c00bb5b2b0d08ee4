import { passwordDigest } from "../../../../contract/password-digest.ts";
import { allowOrigins } from "../../http/middleware/access/cross-origin.ts";
import { closeWithSessions } from "../../live/close-with-sessions.ts";
import { EventFeed } from "../../live/event-feed.ts";
import { WebSocketManager } from "../../live/manager.ts";
import type { Catalogue } from "../../module/catalogue.ts";
import { createEventLog } from "../../platform/events/event-log.ts";
import { keepEventsFor } from "../../platform/events/event-retention.ts";
import { createEvents, type Events } from "../../platform/events/events.ts";
import { OutboxRelay } from "../../platform/events/outbox-relay.ts";
import type { Topics } from "../../platform/events/topics.ts";
import { JobWorker } from "../../platform/jobs/job-worker.ts";
import { openRedis } from "../../platform/redis/redis.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";
import type { Foundation } from "./1-foundation.ts";
import type { Infrastructure } from "./3-infrastructure.ts";
import type { Security } from "./4-security-and-api.ts";

export interface RealTime {
  readonly webSockets: WebSocketManager;
}

/** Starts the workers and the WebSockets that report events to clients. */
export async function realTime(
  steps: Steps,
  base: Base,
  {
    database,
    announcements,
    cache,
    cacheLink,
    record,
    authenticate,
    sessionEnds,
    limiter,
    handlers,
  }: Foundation & Infrastructure & Security,
  metrics: Metrics,
  { roles, topics }: Catalogue,
): Promise<RealTime> {
  const { log, clock } = base;
  const { permits } = roles;
  const { events, connected } = openEvents(base, cacheLink, topics);
  const eventLog = createEventLog(database, topics);
  const feed = new EventFeed(eventLog, log);
  const webSockets = await steps.critical("WebSocket manager", async () => {
    await feed.start();
    events.listen((event) => feed.hear(event));
    const known = { authenticate, permits, topics, limiter, record };
    const allowsOrigin = allowOrigins(base.config.tenant.allowedOrigins);
    const manager = new WebSocketManager({ feed, eventLog, ...known, allowsOrigin, metrics, log, clock });
    closeWithSessions(manager, events, sessionEnds);
    return manager;
  });
  await steps.critical("workers", () => {
    const jobs = startJobs(base, { database, announcements, handlers });
    const relay = startRelay(base, { database, announcements, cache, events, topics, feed, metrics });
    const stopRemoving = keepEventsFor(base.config.retention.eventDays, { database, log });
    base.releasers.add("workers", async () => {
      stopRemoving();
      await Promise.all([relay.stop(), jobs.stop()]);
    });
  });
  await steps.optional("event system", connected);
  return { webSockets };
}

function startRelay(
  { log }: Base,
  {
    database,
    announcements,
    cache,
    events,
    topics,
    feed,
    metrics,
  }: Foundation &
    Pick<Infrastructure, "cache"> & { events: Events; topics: Topics; feed: EventFeed; metrics: Metrics },
): OutboxRelay {
  const relay = new OutboxRelay({
    database,
    events,
    topics,
    log,
    forget: (topics) => cache.ensureInvalidated(topics),
    reached: (last) => feed.reached(last),
    relayed: (count) => metrics.eventsRelayed.inc(count),
  });
  events.onNudge(() => relay.wake());
  announcements.listen("events", () => void events.nudge().catch(() => relay.wake()));
  relay.wake();
  return relay;
}

function startJobs(
  { log }: Base,
  { database, announcements, handlers }: Foundation & Pick<Security, "handlers">,
): JobWorker {
  const worker = new JobWorker({ database, handlers, log });
  announcements.listen("jobs", () => worker.wake());
  worker.wake();
  return worker;
}

function openEvents(base: Base, publisher: Infrastructure["cacheLink"], topics: Topics) {
  const { config, secrets, credentials, ca, log, releasers, dependencies } = base;
  const { cache: endpoint, prefix } = config.redis;
  const subscriber = openRedis({ name: "events", endpoint, login: secrets.redis, ca, prefix, log });
  releasers.add("Redis events", subscriber.close);
  credentials.add("redis", () => [passwordDigest(subscriber.password())]);
  const events: Events = createEvents({ publisher, subscriber, prefix, topics, log });
  dependencies.add({
    name: "events",
    critical: false,
    check: async () => ({ roundTripMs: await subscriber.ping() }),
  });
  subscriber.onChange(() => dependencies.suspect("events"));
  return { events, connected: subscriber.connected };
}
