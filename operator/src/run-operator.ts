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
import type { TenantWork } from "./tenant-work.ts";
import { watchTenants } from "./watches/watch-tenants.ts";

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
  const events = new EventPublisher({ client, instance: pod.podName, clock, observe: reporter.event });
  const contested = new ContestedFields(clock);
  const cluster = new WatchedCluster(client, stores, (report) => {
    reporter.apply(report);
    tellOfContest(contested.note(report), report, stores, events);
  });
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

/** Tells people, at the Tenant, of somebody who changes back what the operator has set. */
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
