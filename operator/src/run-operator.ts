import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { type Milliseconds, systemClock } from "../../process/clock.ts";
import type { Logger } from "../../process/log.ts";
import { aborted } from "./base/aborted.ts";
import { backoffDelay } from "./base/backoff.ts";
import { pause } from "./base/pause.ts";
import type { OperatorConfig, PodIdentity } from "./config.ts";
import type { Platform } from "./connect-platform.ts";
import { ContestedFields } from "./contested-fields.ts";
import type { ApplyReport } from "./kubernetes/apply/apply.ts";
import type { Cluster } from "./kubernetes/apply/cluster.ts";
import { KubernetesClient } from "./kubernetes/client/client.ts";
import type { ApiServerAccess } from "./kubernetes/client/credentials.ts";
import { EventPublisher, type Events } from "./kubernetes/loop/events.ts";
import { LeaderElection, type Term } from "./kubernetes/loop/leader.ts";
import { ReconcileLoop } from "./kubernetes/loop/loop.ts";
import { type Management, serveManagement } from "./kubernetes/loop/management.ts";
import { ControllerMetrics } from "./kubernetes/loop/metrics.ts";
import type { Outcome } from "./kubernetes/loop/outcome.ts";
import { WorkQueue } from "./kubernetes/loop/queue.ts";
import { fieldManager } from "./kubernetes/objects/ownership.ts";
import { Stores, WatchedCluster } from "./kubernetes/watch/watched-cluster.ts";
import { repeatWork } from "./periodic-work.ts";
import { type Reporter, reportTo } from "./reporter.ts";
import { tenantKind, tenantPlanKind } from "./tenant/model/kinds.ts";
import type { World } from "./tenant/step/world.ts";
import { TenantMetrics } from "./tenant-metrics.ts";
import type { TenantWork } from "./tenant-work.ts";
import { watchTenants } from "./watches/watch-tenants.ts";

export interface OperatorOptions {
  readonly config: OperatorConfig;
  readonly pod: PodIdentity;
  readonly access: ApiServerAccess;
  readonly log: Logger;
  readonly work: TenantWork;
  /** Whether an error shows that a server knows a newer leader. */
  readonly isDeposed: (error: unknown) => boolean;
  /** Called at once when the lease is lost, before anything is closed. It must end the process. */
  readonly onLeaseLost: () => void;
  readonly connectPlatform: (cluster: Cluster) => Promise<Platform>;
  readonly version: string;
  /** Defaults 8080 and 8081. 0 takes a free port. */
  readonly ports?: { readonly metrics: number; readonly health: number };
  readonly onListening?: (management: Management) => void;
  /** Time for running reconciles to finish at shutdown. Default 20 s. */
  readonly finishLimit?: Milliseconds;
}

/** Why {@link runOperator} returned. */
export type OperatorEnd = "stopped" | "lease lost";

/** A reconcile that runs this long is stuck: the process is restarted. */
const stuckAfter: Milliseconds = 15 * 60_000;
/** Changes of many objects of a tenant come together. One reconcile handles them all. */
const gatherFor: Milliseconds = 50;
/**
 * Shortest time between two reconciles of a tenant because of changes. A rollout changes objects many times a second.
 */
const spacing: Milliseconds = 500;
/**
 * The sweep checks in bulk the state that cannot be watched. It cannot check passwords and the end of certificates,
 * so each tenant is reconciled once per this many sweeps.
 */
const sweepsPerResync = 12;
const clock = systemClock;
const random = Math.random;
const failureBackoff = { first: 500, most: 300_000 };

/**
 * Runs one replica: it watches, waits for the lease, and reconciles while it leads. When `stop` is aborted it takes no
 * more work, gives running reconciles a limited time to finish, releases the lease and returns. When the lease is lost
 * it calls `onLeaseLost`: the process must end, because writes under way cannot be withdrawn.
 */
export async function runOperator(options: OperatorOptions, stop: AbortSignal): Promise<OperatorEnd> {
  const { config, log } = options;
  const stores = new Stores();
  const metrics = new ControllerMetrics();
  const tenants = new TenantMetrics(metrics.registry);
  const reporter = reportTo(log, metrics, tenants);
  setMaxListeners(0, stop);

  await using resources = new AsyncDisposableStack();
  const client = resources.adopt(openClient(options, metrics), (open) => open.close());
  const events = openEvents(options, client, reporter);
  const cluster = watchedCluster(client, { stores, reporter, events });
  const queue = createQueue(metrics);
  const reflectors = watchTenants(
    { client, stores, clock, random, observe: reporter.reflector },
    config,
    (tenant, priority) => queue.addAfter(tenant, priority === "person" ? 0 : gatherFor, priority),
  );
  const management = await openManagement(options, { registry: metrics.registry, queue, reflectors });
  resources.defer(() => management.close());
  options.onListening?.(management);

  for (const reflector of reflectors) {
    reflector.start();
    resources.defer(() => reflector.stop());
  }
  await Promise.race([Promise.all(reflectors.map(({ synced }) => synced)), aborted(stop)]);
  log.info("caches are filled", { tenants: stores.of(tenantKind).size });
  const term = await electionOf(options, client, reporter).acquire(stop);
  if (!term) return "stopped";

  queue.open();
  metrics.watchQueue(queue);
  tenants.watchTenants(() => stores.of(tenantKind).all());
  const end = await lead({ options, term, cluster, stores, events, queue, reporter }, stop);
  if (end === "lease lost") return end;
  await events.flush();
  await term.release();
  return end;
}

function openClient({ access, version }: OperatorOptions, metrics: ControllerMetrics): KubernetesClient {
  return new KubernetesClient({
    access,
    userAgent: `dotmac-operator/${version}`,
    observe: (observation) => metrics.request(observation),
  });
}

function openEvents({ pod }: OperatorOptions, client: KubernetesClient, reporter: Reporter): EventPublisher {
  return new EventPublisher({ client, instance: pod.podName, clock, observe: reporter.event });
}

/** The cluster whose writes are reported, and fields that somebody else changes again and again. */
function watchedCluster(
  client: KubernetesClient,
  { stores, reporter, events }: Pick<Lead, "stores" | "reporter" | "events">,
): WatchedCluster {
  const contested = new ContestedFields(clock);
  return new WatchedCluster(client, stores, (report) => {
    reporter.apply(report);
    tellOfContest(contested.note(report), report, stores, events);
  });
}

function createQueue(metrics: ControllerMetrics): WorkQueue {
  return new WorkQueue({
    clock,
    random,
    backoff: failureBackoff,
    spacing,
    observe: metrics.queue,
    standby: true,
  });
}

/** Serves metrics and health: unready until each kind has its first list, dead while a reconcile is stuck. */
function openManagement(
  { ports }: OperatorOptions,
  {
    registry,
    queue,
    reflectors,
  }: {
    readonly registry: ControllerMetrics["registry"];
    readonly queue: WorkQueue;
    readonly reflectors: ReturnType<typeof watchTenants>;
  },
): Promise<Management> {
  const unsynced = () => reflectors.filter((reflector) => !reflector.hasSynced);
  return serveManagement({
    registry,
    ...(ports ? { metricsPort: ports.metrics, healthPort: ports.health } : {}),
    deadly: () => (queue.longestRunning > stuckAfter ? ["a reconcile does not end"] : []),
    pending: () => unsynced().map(({ kind }) => `waiting for the first list of ${kind.plural}`),
  });
}

function electionOf(
  { config, pod }: OperatorOptions,
  client: KubernetesClient,
  reporter: Reporter,
): LeaderElection {
  return new LeaderElection({
    client,
    ...config.leaderElection,
    identity: pod.podName,
    fieldManager,
    clock,
    random,
    observe: reporter.leader,
  });
}

/** Publishes an Event at the Tenant when somebody repeatedly changes a field that the operator has set. */
function tellOfContest(
  note: string | undefined,
  { name: { namespace = "" } }: ApplyReport,
  stores: Stores,
  events: Events,
): void {
  const [tenant] = stores.of(tenantKind).indexed("namespace", namespace);
  if (note === undefined || tenant === undefined) return;
  events.publish({ regarding: tenant, type: "Warning", reason: "FieldContested", action: "Reconcile", note });
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
  const regular = repeatWork(context, own, ending);
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

/** The end of a term that ended before its work began. */
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

/** Returns the result of the first attempt that does not throw, or undefined when `ending` comes first. */
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
      log.warn(`cannot ${what} yet`, { error, retry_in_seconds: Math.round(delay / 100) / 10 });
      await pause(systemClock, delay, ending);
    }
  }
  return undefined;
}
