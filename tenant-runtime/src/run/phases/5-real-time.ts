import { passwordDigest } from "../../../../contract/password-digest.ts";
import { workerShutdown } from "../../../../contract/pod-role.ts";
import { allowOrigins } from "../../http/middleware/access/cross-origin.ts";
import { closeWithSessions } from "../../live/close-with-sessions.ts";
import { EventFeed } from "../../live/event-feed.ts";
import { WebSocketManager } from "../../live/manager.ts";
import type { Catalogue } from "../../module/catalogue.ts";
import type { Loop } from "../../module/work.ts";
import { createEventLog } from "../../platform/events/event-log.ts";
import { keepEventsFor } from "../../platform/events/event-retention.ts";
import { createEvents, type Events } from "../../platform/events/events.ts";
import { OutboxRelay } from "../../platform/events/outbox-relay.ts";
import type { Topics } from "../../platform/events/topics.ts";
import { type JobEnd, JobWorker } from "../../platform/jobs/job-worker.ts";
import { openRedis } from "../../platform/redis/redis.ts";
import type { Schedule } from "../../platform/schedules/schedule.ts";
import { Scheduler } from "../../platform/schedules/scheduler.ts";
import { type Metrics, observe } from "../../platform/telemetry/metrics.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";
import type { Foundation } from "./1-foundation.ts";
import type { Infrastructure } from "./3-infrastructure.ts";
import type { Security } from "./4-security-and-api.ts";

export interface RealTime {
  /** Absent in a worker, which has no clients. */
  readonly webSockets: WebSocketManager | undefined;
}

/** Starts the workers and, in a pod that serves the API, the WebSockets that report events to clients. */
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
    loops: openLoops,
  }: Foundation & Infrastructure & Security,
  metrics: Metrics,
  { roles, topics, schedules }: Catalogue,
): Promise<RealTime> {
  const { log, clock } = base;
  const { permits } = roles;
  const { events, connected } = openEvents(base, cacheLink, topics);
  const eventLog = createEventLog(database, topics);
  const feed = new EventFeed(eventLog, log);
  const { role } = base.config;
  const openWebSockets = async () => {
    await feed.start();
    events.listen((event) => feed.hear(event));
    const known = { authenticate, permits, topics, limiter, record };
    const allowsOrigin = allowOrigins(base.config.tenant.allowedOrigins);
    return new WebSocketManager({ feed, eventLog, ...known, allowsOrigin, metrics, log, clock });
  };
  const webSockets =
    role === "worker" ? undefined : await steps.critical("WebSocket manager", openWebSockets);
  closeWithSessions(webSockets, events, sessionEnds);
  await steps.critical("workers", () => {
    const jobs = role === "api" ? undefined : startJobs(base, { database, handlers, events, metrics });
    const loops = role === "api" ? [] : openLoops({ database, pollMs: () => pollMs(events) });
    startLoops(loops, events);
    announcements.listen("jobs", () => {
      jobs?.wake();
      for (const loop of loops) loop.wake();
      // Other pods wake too: this one may do no jobs, be busy, or end before it has done the job.
      void events.jobsWait().catch(() => {});
    });
    const relay = startRelay(base, { database, announcements, cache, events, topics, feed, metrics });
    const scheduler = startScheduler(base, database, schedules);
    const stopRemoving = keepEventsFor(base.config.retention.eventDays, { database, log });
    base.releasers.add("workers", async () => {
      stopRemoving();
      scheduler.stop();
      await Promise.all([relay.stop(), jobs?.stop(), ...loops.map((loop) => loop.stop())]);
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
    pollMs: () => pollMs(events),
    forget: (topics) => cache.ensureInvalidated(topics),
    reached: (last) => feed.reached(last),
    relayed: (count) => metrics.eventsRelayed.inc(count),
  });
  events.onNudge(() => relay.wake());
  events.onLost(() => relay.wakeWithinPoll());
  announcements.listen("events", () => void events.nudge().catch(() => relay.wake()));
  relay.wake();
  return relay;
}

// Every pod of every tenant polls, so an idle one does so rarely.
const slowPollMs = 180_000;
// Not shorter: a thousand tenants' pods lose Redis together, and each poll holds a connection of the pooler for 5 s.
const fastPollMs = 15_000;

/** The interval of checks for events and jobs: short while no notice of another pod arrives. */
function pollMs(events: Events): number {
  return events.arrive ? slowPollMs : fastPollMs;
}

/** In a worker the job in progress at a shutdown gets the time of the longest attempt. */
const longEnd: JobEnd = {
  waitMs: (workerShutdown.jobSeconds + workerShutdown.statementSeconds) * 1_000,
  interruptMs: workerShutdown.jobSeconds * 1_000,
};

function startJobs(
  { config, log }: Base,
  {
    database,
    handlers,
    events,
    metrics,
  }: Pick<Foundation, "database"> &
    Pick<Security, "handlers"> & { readonly events: Events; readonly metrics: Metrics },
): JobWorker {
  let seen = { waiting: 0, dead: 0 };
  const about = "as of this pod's last check.";
  observe(metrics, "dotmac_jobs_waiting", `Jobs of the tenant that wait, ${about}`, () => seen.waiting);
  observe(metrics, "dotmac_jobs_dead", `Jobs of the tenant that were given up, ${about}`, () => seen.dead);
  const worker = new JobWorker({
    database,
    handlers,
    log,
    pollMs: () => pollMs(events),
    ...(config.role === "worker" && { end: longEnd }),
    attempted: (kind, outcome) => metrics.jobAttempts.inc({ kind, outcome }),
    saw: (waiting) => {
      seen = waiting;
    },
  });
  events.onJobsWait(() => worker.wake());
  events.onLost(() => worker.wakeWithinPoll());
  worker.wake();
  return worker;
}

function startLoops(loops: readonly Loop[], events: Events): void {
  for (const loop of loops) {
    events.onJobsWait(() => loop.wake());
    events.onLost(() => loop.wakeWithinPoll());
    loop.wake();
  }
}

function startScheduler(
  { config, clock, log }: Base,
  database: Foundation["database"],
  schedules: readonly Schedule[],
): Scheduler {
  const { timeZone } = config.tenant;
  const scheduler = new Scheduler({ database, schedules, timeZone, clock, log });
  void scheduler.start();
  return scheduler;
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
