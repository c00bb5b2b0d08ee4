import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { type Milliseconds, systemClock } from "../../process/clock.ts";
import type { Logger } from "../../process/log.ts";
import { aborted } from "./base/aborted.ts";
import { backoffDelay, spread } from "./base/backoff.ts";
import { pause } from "./base/pause.ts";
import type { OperatorConfig, PodIdentity } from "./config.ts";
import type { Platform } from "./connect-platform.ts";
import type { ApplyReport } from "./kubernetes/apply/apply.ts";
import type { Cluster } from "./kubernetes/apply/cluster.ts";
import { KubernetesClient } from "./kubernetes/client/client.ts";
import type { ApiServerAccess } from "./kubernetes/client/credentials.ts";
import { NotFound } from "./kubernetes/client/errors.ts";
import { EventPublisher } from "./kubernetes/loop/events.ts";
import { LeaderElection, type LeaderEvent, type Term } from "./kubernetes/loop/leader.ts";
import { ReconcileLoop, type ReconcileReport } from "./kubernetes/loop/loop.ts";
import { type Management, serveManagement } from "./kubernetes/loop/management.ts";
import { ControllerMetrics } from "./kubernetes/loop/metrics.ts";
import type { Outcome } from "./kubernetes/loop/outcome.ts";
import { WorkQueue } from "./kubernetes/loop/queue.ts";
import { fieldManager } from "./kubernetes/objects/ownership.ts";
import type { ReflectorEvent } from "./kubernetes/watch/reflector.ts";
import { Stores, WatchedCluster } from "./kubernetes/watch/watched-cluster.ts";
import { type Tenant, type TenantPlan, tenantKind, tenantPlanKind } from "./tenant/model/kinds.ts";
import type { SharedObjectsReport } from "./tenant/shared/repair-shared-objects.ts";
import type { World } from "./tenant/step/world.ts";
import type { DatabaseSharesReport } from "./tenant/sweep/enforce-database-shares.ts";
import type {
  EnforceRedisShares,
  RedisShareFailure,
  RedisShareReport,
} from "./tenant/sweep/enforce-redis-shares.ts";
import type { SweepReport } from "./tenant/sweep/sweep.ts";
import { watchTenants } from "./watches/watch-tenants.ts";

/** What the operator does, as opposed to how it is kept running. */
export interface TenantWork {
  /**
   * Once per term, before the first reconcile: the platform's tables, and a new epoch, which it returns.
   * Repeated until it works.
   */
  begin(platform: Platform, holder: string): Promise<number>;
  reconcile(tenant: Tenant, plan: TenantPlan | undefined, world: World): Promise<Outcome>;
  /** Looks through what has no watch, in bulk, and names the tenants that need a reconcile. */
  sweep(tenants: readonly Tenant[], world: World): Promise<SweepReport>;
  /** Puts back what all tenants share in the database, and says what it did and what it cannot do. */
  repairSharedObjects(world: World): Promise<SharedObjectsReport>;
  /** Destroys the data that are kept no longer, and names whose they were. */
  destroyExpired(world: World): Promise<readonly string[]>;
  /** Keeps tenants within their share of the shared database, and names those to whom something changed. */
  enforceDatabaseShares(tenants: readonly Tenant[], world: World): Promise<DatabaseSharesReport>;
  /** Returns the schemas whose tables autovacuum analyses no more. */
  endLongAnalyses(world: World): Promise<readonly string[]>;
  /** Returns the logins whose sessions were ended. */
  endWaitsForDatabase(world: World): Promise<readonly string[]>;
  /** Deletes the audit records that are kept no longer, and says how many. */
  expireAudit(tenants: readonly Tenant[], world: World): Promise<number>;
  /** Stops tenants that keep more in Redis than their share from storing, and says what it measured. */
  enforceRedisShares: EnforceRedisShares;
}

export interface OperatorOptions {
  readonly config: OperatorConfig;
  readonly pod: PodIdentity;
  readonly access: ApiServerAccess;
  readonly log: Logger;
  readonly work: TenantWork;
  /** Whether an error says that a receiver knows a newer leader than us. */
  readonly isDeposed: (error: unknown) => boolean;
  /** Called at once when the lease is lost, before anything is closed: end the process. */
  readonly onLeaseLost: () => void;
  readonly connectPlatform: (cluster: Cluster) => Promise<Platform>;
  readonly version: string;
  /** Default 8080 and 8081; 0 takes free ones. */
  readonly ports?: { readonly metrics: number; readonly health: number };
  readonly onListening?: (management: Management) => void;
  /** How long running reconciles may take to finish at shutdown. Default 20 s. */
  readonly finishLimit?: Milliseconds;
}

/** Why {@link runOperator} came back. */
export type OperatorEnd = "stopped" | "lease lost";

/** A reconcile that runs for so long does not end any more: the process is restarted. */
const stuckAfter: Milliseconds = 15 * 60_000;
/** Changes of many objects of a tenant come together; one reconcile answers them all. */
const gatherFor: Milliseconds = 50;
/** A rollout changes something many times a second: a tenant is not looked at more often than this for it. */
const spacing: Milliseconds = 500;
/**
 * The sweep finds in bulk what has no watch; only what it cannot see, such as passwords and the end of
 * certificates, needs each tenant looked at by itself: once for so many sweeps.
 */
const sweepsPerResync = 12;
/** How often the shared database is looked at: a login can write 50 MB in each second between. */
const databaseSharesEvery: Milliseconds = 15_000;
/** As long as a tenant can keep others from connecting to the database. */
const waitsForDatabaseEvery: Milliseconds = 1_000;
/** A flood through one address fills a tenant's share in a minute, through all of its pods in seconds; a look costs one INFO. */
const redisSharesEvery: Milliseconds = 2_000;
const failureBackoff = { first: 500, most: 300_000 };

/**
 * Runs one replica: watches, waits for the lease, reconciles while it leads. When `stop` is aborted it
 * takes no more work, lets what runs finish within a limit, hands the lease over and returns. When the
 * lease is lost it calls `onLeaseLost`: the process must end, for what is under way cannot be taken back.
 */
export async function runOperator(options: OperatorOptions, stop: AbortSignal): Promise<OperatorEnd> {
  const { config, pod, access, log } = options;
  const clock = systemClock;
  const random = Math.random;
  const metrics = new ControllerMetrics();
  const reporter = reportTo(log, metrics);
  setMaxListeners(0, stop);

  await using resources = new AsyncDisposableStack();
  const client = resources.adopt(
    new KubernetesClient({
      access,
      userAgent: `dotmac-operator/${options.version}`,
      observe: (observation) => metrics.request(observation),
    }),
    (open) => open.close(),
  );
  const stores = new Stores();
  const cluster = new WatchedCluster(client, stores, reporter.apply);
  const events = new EventPublisher({ client, instance: pod.podName, clock, observe: reporter.event });
  const backoff = failureBackoff;
  const queue = new WorkQueue({ clock, random, backoff, spacing, observe: metrics.queue, standby: true });
  const reflectors = watchTenants(
    { client, stores, clock, random, observe: reporter.reflector },
    config,
    (tenant, priority) => queue.addAfter(tenant, priority === "person" ? 0 : gatherFor, priority),
  );
  const unsynced = () => reflectors.filter((reflector) => !reflector.hasSynced);
  const management = await serveManagement({
    registry: metrics.registry,
    ...(options.ports ? { metricsPort: options.ports.metrics, healthPort: options.ports.health } : {}),
    deadly: () => (queue.longestRunning > stuckAfter ? ["a reconcile does not end"] : []),
    pending: () => unsynced().map(({ kind }) => `waiting for the first list of ${kind.plural}`),
  });
  resources.defer(() => management.close());
  options.onListening?.(management);

  for (const reflector of reflectors) {
    reflector.start();
    resources.defer(() => reflector.stop());
  }
  const election = new LeaderElection({
    client,
    ...config.leaderElection,
    identity: pod.podName,
    fieldManager,
    clock,
    random,
    observe: reporter.leader,
  });
  await Promise.race([Promise.all(reflectors.map(({ synced }) => synced)), aborted(stop)]);
  log.info("caches are filled", { tenants: stores.of(tenantKind).size });
  const term = await election.acquire(stop);
  if (!term) return "stopped";

  queue.open();
  metrics.watchQueue(queue);
  const end = await lead({ options, term, cluster, stores, events, queue, reporter }, stop);
  if (end === "lease lost") return end;
  await events.flush();
  await term.release();
  return end;
}

interface Lead {
  readonly options: OperatorOptions;
  readonly term: Term;
  readonly cluster: Cluster;
  readonly stores: Stores;
  readonly events: EventPublisher;
  readonly queue: WorkQueue;
  readonly reporter: Reporter;
}

async function lead(context: Lead, stop: AbortSignal): Promise<OperatorEnd> {
  const { options, term, cluster, stores, events, queue, reporter } = context;
  const { config, work } = options;
  const ending = AbortSignal.any([stop, term.signal]);
  setMaxListeners(0, ending);
  const platform = await untilItWorks("connect the platform", options.log, ending, () =>
    options.connectPlatform(cluster),
  );
  if (!platform) return endOf(term);
  await using _open = platform;
  const { [Symbol.asyncDispose]: _, ...services } = platform;
  const epoch = await untilItWorks("prepare the platform", options.log, ending, () =>
    work.begin(platform, options.pod.podName),
  );
  if (epoch === undefined) return endOf(term);
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const world: World = {
    ...services,
    cluster,
    events,
    clock: systemClock,
    signal: abort.signal,
    epoch,
    redisDigests: new Map(),
    random: randomBytes,
  };
  const deposed = Promise.withResolvers<"lease lost">();
  const loop = new ReconcileLoop({
    queue,
    workers: config.workers,
    reconcile: (name) => reconcileByName(name, stores, work, world),
    resyncEvery: config.resync * sweepsPerResync,
    recheckStalledEvery: config.resync,
    clock: systemClock,
    random: Math.random,
    abort,
    observe(report) {
      reporter.reconcile(report);
      if (options.isDeposed(report.error)) deposed.resolve("lease lost");
    },
  });
  for (const tenant of stores.of(tenantKind).all()) queue.add(tenant.metadata.name, "change");
  loop.start();
  options.log.info("reconciling", { workers: config.workers, epoch });
  const untilTheEnd = AbortSignal.any([world.signal, ending]);
  const own = { ...world, signal: untilTheEnd };
  const regular = Promise.all([
    // First of all at the start: what is broken for all tenants must not stay so until the first sweep.
    repeatEvery(config.resync, ending, () => repairSharedObjects(context, own)),
    pause(systemClock, spread(config.resync, 0.2, Math.random), ending).then(() =>
      repeatEvery(config.resync, ending, () => sweep(context, own)),
    ),
    // Apart from the sweep, which takes longer than a login needs to fill a disk.
    repeatEvery(databaseSharesEvery, ending, () => enforceDatabaseShares(context, own)),
    repeatEvery(redisSharesEvery, ending, () => enforceRedisShares(context, own)),
    repeatEvery(databaseSharesEvery, ending, () => endLongAnalyses(context, own)),
    repeatEvery(waitsForDatabaseEvery, ending, () => endWaitsForDatabase(context, own)),
  ]);
  const fenced = await Promise.race([aborted(ending), deposed.promise]);
  if (term.signal.aborted || fenced) {
    loop.abort("another replica leads");
    options.onLeaseLost();
    return "lease lost";
  }
  const inTime = await loop.stop(options.finishLimit ?? 20_000);
  if (!inTime) options.log.warn("some reconciles were cut short; the next leader repeats them");
  await regular;
  return endOf(term);
}

/** When the lead ended before there was any work. */
function endOf(term: Term): OperatorEnd {
  return term.signal.aborted ? "lease lost" : "stopped";
}

async function reconcileByName(
  name: string,
  stores: Stores,
  work: TenantWork,
  world: World,
): Promise<Outcome | "gone"> {
  const tenant = stores.of(tenantKind).get({ name });
  if (!tenant) return "gone";
  const plan = stores.of(tenantPlanKind).get({ name: tenant.spec.plan });
  return work.reconcile(tenant, plan, world);
}

/** Runs a turn again and again, until `ending`, with a pause of about `period` between. */
async function repeatEvery(
  period: Milliseconds,
  ending: AbortSignal,
  turn: () => Promise<void>,
): Promise<void> {
  while (!ending.aborted) {
    await turn();
    await pause(systemClock, spread(period, 0.2, Math.random), ending);
  }
}

function repairSharedObjects({ options }: Lead, world: World): Promise<void> {
  return orRepeated("look at what all tenants share", options.log, async () =>
    logShared(options.log, await options.work.repairSharedObjects(world)),
  );
}

async function sweep({ options, stores, queue, reporter }: Lead, world: World): Promise<void> {
  await orRepeated("sweep", options.log, async () => {
    const { drifted, failures } = await options.work.sweep(stores.of(tenantKind).all(), world);
    for (const name of drifted) queue.add(name, "change");
    if (drifted.length > 0) options.log.info("the sweep found drift", { tenants: drifted });
    for (const failure of failures) options.log.warn("a part of the sweep failed", { ...failure });
  });
  // Apart from the sweep: data that cannot be destroyed must not keep drift from being found.
  await orRepeated("destruction of expired data", options.log, async () => {
    const destroyed = await options.work.destroyExpired(world);
    if (destroyed.length > 0) options.log.info("expired data were destroyed", { ids: destroyed });
  });
  await orRepeated("removal of old audit records", options.log, async () => {
    const records = await options.work.expireAudit(stores.of(tenantKind).all(), world);
    if (records > 0) reporter.auditExpired(records);
  });
}

function logShared(log: Logger, { repaired, faults }: SharedObjectsReport): void {
  if (repaired.length > 0) log.warn("what all tenants share was changed and is repaired", { repaired });
  if (faults.length > 0) log.error("what all tenants share is not as it shall be", { faults });
}

function endLongAnalyses({ options }: Lead, world: World): Promise<void> {
  return orRepeated("look for analyses that hold autovacuum up", options.log, async () => {
    const schemas = await options.work.endLongAnalyses(world);
    if (schemas.length > 0)
      options.log.warn(
        "analyses that held autovacuum up were ended, and their schemas are analysed no more",
        {
          schemas,
        },
      );
  });
}

async function endWaitsForDatabase({ options }: Lead, world: World): Promise<void> {
  try {
    const logins = await options.work.endWaitsForDatabase(world);
    if (logins.length > 0)
      options.log.warn("sessions that kept others from the database were ended", { logins });
  } catch (error) {
    // Asked every second: that the database is away, slower work says.
    options.log.debug("the look for sessions that keep others from the database failed", { error });
  }
}

function enforceDatabaseShares({ options, stores, queue, reporter }: Lead, world: World): Promise<void> {
  return orRepeated("look at the shared database", options.log, async () => {
    const report = await options.work.enforceDatabaseShares(stores.of(tenantKind).all(), world);
    reporter.databaseShares(report);
    for (const name of report.changed) queue.add(name, "change");
  });
}

function enforceRedisShares({ options, stores, queue, reporter }: Lead, world: World): Promise<void> {
  return orRepeated("measurement of Redis", options.log, async () => {
    const { reports, failures } = await options.work.enforceRedisShares(stores.of(tenantKind).all(), world);
    for (const report of reports) {
      reporter.redisShare(report);
      for (const name of report.changed) queue.add(name, "change");
    }
    for (const failure of failures) reporter.redisShareFailed(failure);
  });
}

async function orRepeated(what: string, log: Logger, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    log.warn(`the ${what} failed and is repeated at the next turn`, { error });
  }
}

/** The result of the first attempt that does not throw; undefined when `ending` comes before. */
async function untilItWorks<T>(
  what: string,
  log: Logger,
  ending: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  for (let failures = 0; !ending.aborted; ) {
    try {
      return await attempt();
    } catch (error) {
      failures += 1;
      const delay = backoffDelay(failures, { first: 500, most: 15_000 }, Math.random);
      log.warn(`cannot ${what} yet`, { error, retryInSeconds: Math.round(delay / 100) / 10 });
      await pause(systemClock, delay, ending);
    }
  }
  return undefined;
}

interface Reporter {
  reconcile(report: ReconcileReport): void;
  apply(report: ApplyReport): void;
  reflector(event: ReflectorEvent): void;
  event(result: "written" | "repeated" | "limited" | "failed", error?: unknown): void;
  leader(event: LeaderEvent): void;
  auditExpired(records: number): void;
  databaseShares(report: DatabaseSharesReport): void;
  redisShare(report: RedisShareReport): void;
  redisShareFailed(failure: RedisShareFailure): void;
}

/** Everything that happens, to the log for people and to metrics for machines. */
function reportTo(log: Logger, metrics: ControllerMetrics): Reporter {
  let lastLeaderLine = "";
  const isNews = changedSinceLast();
  const mayLog = onceIn(quietFor);
  return {
    reconcile(report) {
      metrics.reconcile(report);
      logReconcile(log, report, isNews(report));
    },
    apply(report) {
      metrics.apply(report);
      log.info("object written", { kind: report.kind, ...report.name, cause: report.cause });
      if (report.rewritten !== undefined) {
        log.warn("the API server stores this field in another form: write it so", {
          kind: report.kind,
          path: report.rewritten,
        });
      }
    },
    reflector(event) {
      metrics.reflector(event);
      if (event.type === "failed") log.warn(interruption(event.error), { ...event });
      else if (event.type === "left out" && mayLog(`${event.kind}/${event.why}`))
        log.warn("an object is not kept in memory; more of its kind may follow unsaid", { ...event });
      else log.debug(`reflector: ${event.type}`, { ...event });
    },
    event(result, error) {
      metrics.event(result);
      if (result === "failed") log.warn("an Event could not be written", { error });
    },
    leader(event) {
      metrics.leader(event);
      const { type, ...fields } = event;
      // A standby says whom it waits for once, not every two seconds.
      const line = event.type === "waiting" ? `waiting ${event.holder}` : type;
      if (line === lastLeaderLine && type === "waiting") return;
      lastLeaderLine = line;
      if (type === "lost" || type === "failed") log.warn(`leader election: ${type}`, fields);
      else log.info(`leader election: ${type}`, fields);
    },
    databaseShares({ bytes, promisedBytes, changed, failures, ended }) {
      metrics.databaseShares({ bytes, promisedBytes, endedTransactions: ended.length });
      if (changed.length > 0)
        log.warn("tenants reached or left a bound of the shared database", { tenants: changed });
      for (const { tenant, error } of failures)
        if (mayLog(`bounds of ${tenant}`))
          log.warn(
            "bounds of the shared database could not be enforced for a tenant; the next look tries again",
            {
              tenant,
              error,
            },
          );
      if (ended.length > 0)
        log.warn("transactions that were open for too long were ended", { logins: ended });
    },
    auditExpired(records) {
      metrics.auditExpired(records);
      log.info("old audit records were removed", { records });
    },
    redisShare(report) {
      metrics.redisShare(report);
      for (const change of report.changes) log.warn(`redis-${report.role}: ${change}`);
    },
    redisShareFailed({ role, tenant, error }) {
      if (mayLog(`redis-${role} ${tenant}`))
        log.warn("shares of Redis could not be measured; the next turn tries again", {
          server: `redis-${role}`,
          tenant,
          error,
        });
    },
  };
}

/** The shortest time between two log lines of a kind that anybody in the cluster can cause. */
const quietFor: Milliseconds = 600_000;

function onceIn(period: Milliseconds): (words: string) => boolean {
  const saidAt = new Map<string, Milliseconds>();
  return (words) => {
    const now = systemClock.monotonic();
    if (now - (saidAt.get(words) ?? Number.NEGATIVE_INFINITY) < period) return false;
    saidAt.set(words, now);
    return true;
  };
}

function interruption(error: unknown): string {
  return error instanceof NotFound
    ? "a kind that the operator works with is not served: install the chart of the custom resources"
    : "a watch was interrupted and goes on";
}

/** Whether a tenant waits or is stalled for another reason than when it was last looked at. */
function changedSinceLast(): (report: ReconcileReport) => boolean {
  const last = new Map<string, string>();
  return ({ key, outcome }) => {
    const words = outcome && outcome.kind !== "done" ? `${outcome.reason}: ${outcome.message}` : undefined;
    const changed = last.get(key) !== words;
    if (words === undefined) last.delete(key);
    else last.set(key, words);
    return changed;
  };
}

function logReconcile(log: Logger, report: ReconcileReport, news: boolean): void {
  const { key, took, result, outcome, error, nextAfter, failures } = report;
  const fields = {
    tenant: key,
    milliseconds: Math.round(took),
    ...(outcome && outcome.kind !== "done" ? { reason: outcome.reason, why: outcome.message } : {}),
    ...(nextAfter === undefined ? {} : { nextInSeconds: Math.round(nextAfter / 1000) }),
    ...(error === undefined ? {} : { error, failures }),
  };
  if (result === "retryable") log.warn("reconcile failed and will be tried again", fields);
  else if (result === "terminal") log.error("reconcile failed; only a change can help", fields);
  else if (result === "done" || !news) log.debug(`reconcile: ${result}`, fields);
  else log.info(`reconcile: ${result}`, fields);
}
