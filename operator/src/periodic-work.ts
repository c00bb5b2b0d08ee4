import { type Milliseconds, systemClock } from "../../process/clock.ts";
import type { Logger } from "../../process/log.ts";
import { spread } from "./base/backoff.ts";
import { pause } from "./base/pause.ts";
import type { OperatorConfig } from "./config.ts";
import type { WorkQueue } from "./kubernetes/loop/queue.ts";
import type { Stores } from "./kubernetes/watch/watched-cluster.ts";
import type { Reporter } from "./reporter.ts";
import { namesOf } from "./tenant/model/blueprint.ts";
import { tenantKind } from "./tenant/model/kinds.ts";
import type { SharedObjectsReport } from "./tenant/shared/repair-shared-objects.ts";
import type { World } from "./tenant/step/world.ts";
import type { TenantWork } from "./tenant-work.ts";

/** Interval of the check of the shared database. Between two checks a login can write 50 MB per second. */
const databaseSharesEvery: Milliseconds = 15_000;
/** The longest time for which a tenant's session can block others, or fill a shared resource, before it is ended. */
const sessionsEvery: Milliseconds = 1_000;
const unendableEvery: Milliseconds = 5_000;
/** The checks for such sessions, the log's message after one has ended some, and the time between two. */
const sessionLooks = [
  ["endWaitsForDatabase", "sessions that kept others from the database were ended", sessionsEvery],
  ["endQueueHolders", "the queue of NOTIFY fills: sessions that may hold it were ended", sessionsEvery],
  [
    "endOversizedMigrations",
    "logins of migrators were disabled: their schemas have too many relations",
    sessionsEvery,
  ],
  ["endFileFloods", "logins were disabled: their tenant makes files without end", 5_000],
] as const;
/**
 * A flood through one address fills a tenant's share in a minute, through all of its pods in seconds. A check costs
 * one INFO.
 */
const redisSharesEvery: Milliseconds = 2_000;

/** The dependencies of periodic work on a leading replica. */
export interface PeriodicContext {
  readonly options: {
    readonly config: Pick<OperatorConfig, "resync">;
    readonly log: Logger;
    readonly work: TenantWork;
  };
  readonly stores: Stores;
  readonly queue: WorkQueue;
  readonly reporter: Reporter;
}

/** Repeats all work that concerns every tenant until `ending`. Resolves at the end of the last turn. */
export async function repeatWork(context: PeriodicContext, world: World, ending: AbortSignal): Promise<void> {
  const { resync } = context.options.config;
  await Promise.all([
    // Runs first at the start, because a fault of shared objects affects all tenants.
    repeatEvery(resync, ending, () => repairSharedObjects(context, world)),
    pause(systemClock, spread(resync, 0.2, Math.random), ending).then(() =>
      repeatEvery(resync, ending, () => sweep(context, world)),
    ),
    // Separate from the sweep, which takes longer than a login needs to fill a disk.
    repeatEvery(databaseSharesEvery, ending, () => enforceDatabaseShares(context, world)),
    // Each separate from the shares, which wait for the locks of each tenant.
    repeatEvery(databaseSharesEvery, ending, () => endExhaustingTransactions(context, world)),
    repeatEvery(databaseSharesEvery, ending, () => enforceTransactionLimits(context, world)),
    repeatEvery(unendableEvery, ending, () => killUnendableSession(context, world)),
    repeatEvery(redisSharesEvery, ending, () => enforceRedisShares(context, world)),
    repeatEvery(databaseSharesEvery, ending, () => endLongAnalyses(context, world)),
    // Each by itself, because one that waits for a lock must not hold up the others.
    ...sessionLooks.map(([look, message, period]) =>
      repeatEvery(period, ending, () => endSessions(look, message, context, world)),
    ),
  ]);
}

/** Runs turns until `ending`, with a pause of about `period` between them. */
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

function repairSharedObjects({ options }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("check of the objects that all tenants share", options.log, async () =>
    logShared(options.log, await options.work.repairSharedObjects(world)),
  );
}

async function sweep({ options, stores, queue, reporter }: PeriodicContext, world: World): Promise<void> {
  await orRepeated("sweep", options.log, async () => {
    const { drifted, orphans, failures } = await options.work.sweep(stores.of(tenantKind).all(), world);
    for (const name of drifted) queue.add(name, "change");
    if (drifted.length > 0) options.log.info("the sweep found drift", { tenants: drifted });
    if (orphans.length > 0)
      options.log.error(
        "data are in use whose Tenant no longer exists: create it again with spec.adoptFrom after its state in public.tenants is set to retained",
        { orphans },
      );
    for (const failure of failures) options.log.warn("a part of the sweep failed", { ...failure });
  });
  await orRepeated("look for data to purge", options.log, async () => {
    const purged = await options.work.requestPurges(world);
    if (purged.length > 0)
      options.log.info("data are destroyed because spec.purge asks for it", { ids: purged });
  });
  // Separate from the sweep: data that cannot be destroyed must not prevent the detection of drift.
  await orRepeated("destruction of expired data", options.log, async () => {
    const destroyed = await options.work.destroyExpired(world);
    if (destroyed.length > 0) options.log.info("expired data were destroyed", { ids: destroyed });
  });
  await orRepeated("list of retained tenants", options.log, () => options.work.listRetained(world));
  await orRepeated("removal of old audit records", options.log, async () => {
    const records = await options.work.expireAudit(stores.of(tenantKind).all(), world);
    if (records > 0) reporter.auditExpired(records);
  });
}

function logShared(log: Logger, { repaired, faults }: SharedObjectsReport): void {
  if (repaired.length > 0)
    log.warn("objects that all tenants share were changed and are repaired", { repaired });
  if (faults.length > 0) log.error("objects that all tenants share are not as desired", { faults });
}

function endLongAnalyses({ options, stores, queue }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("search for analyses that block autovacuum", options.log, async () => {
    const schemas = await options.work.endLongAnalyses(world);
    if (schemas.length === 0) return;
    options.log.warn("ended analyses that blocked autovacuum; autovacuum no longer analyses their schemas", {
      schemas,
    });
    const tenants = stores.of(tenantKind).all();
    const affected = tenants.filter((tenant) => schemas.includes(namesOf(tenant).schema));
    for (const { metadata } of affected) queue.add(metadata.name, "change");
  });
}

async function endSessions(
  look: (typeof sessionLooks)[number][0],
  message: string,
  { options: { log, work } }: PeriodicContext,
  world: World,
): Promise<void> {
  try {
    const logins = await work[look](world);
    if (logins.length > 0) log.warn(message, { logins });
  } catch (error) {
    // Debug only, because this runs every second, and slower tasks also log that the database is down.
    log.debug("the look for sessions that harm others failed", { error });
  }
}

function enforceDatabaseShares(
  { options, stores, queue, reporter }: PeriodicContext,
  world: World,
): Promise<void> {
  return orRepeated("check of the shared database", options.log, async () => {
    const report = await options.work.enforceDatabaseShares(stores.of(tenantKind).all(), world);
    reporter.databaseShares(report);
    for (const name of report.changed) queue.add(name, "change");
  });
}

function endExhaustingTransactions({ options, stores }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("look for files of open transactions", options.log, async () => {
    const tenants = await options.work.endExhaustingTransactions(stores.of(tenantKind).all(), world);
    if (tenants.length > 0)
      options.log.warn("sessions were ended: their open transactions would exhaust the storage", { tenants });
  });
}

function enforceTransactionLimits({ options, reporter }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("look for transactions that are open for too long", options.log, async () =>
    reporter.transactions(await options.work.enforceTransactionLimits(world)),
  );
}

function killUnendableSession({ options, stores }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("look for sessions that do not end", options.log, async () => {
    const login = await options.work.killUnendableSession(stores.of(tenantKind).all(), world);
    if (login !== undefined)
      options.log.error(
        "PostgreSQL restarts: a session that did not end when it was asked to was killed, and its tenant gets new credentials",
        { login },
      );
  });
}

function enforceRedisShares(
  { options, stores, queue, reporter }: PeriodicContext,
  world: World,
): Promise<void> {
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
    log.warn(`the ${what} failed and will be repeated`, { error });
  }
}
