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

/** How often the shared database is looked at: a login can write 50 MB in each second between. */
const databaseSharesEvery: Milliseconds = 15_000;
/** As long as a tenant can keep others from connecting to the database. */
const waitsForDatabaseEvery: Milliseconds = 1_000;
/** A flood through one address fills a tenant's share in a minute, through all of its pods in seconds; a look costs one INFO. */
const redisSharesEvery: Milliseconds = 2_000;

/** What periodic work needs of a replica that leads. */
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

/** Repeats everything that is done for all tenants together, until `ending`. Resolves when the last turn is over. */
export async function repeatWork(context: PeriodicContext, world: World, ending: AbortSignal): Promise<void> {
  const { resync } = context.options.config;
  await Promise.all([
    // First of all at the start: what is broken for all tenants must not stay so until the first sweep.
    repeatEvery(resync, ending, () => repairSharedObjects(context, world)),
    pause(systemClock, spread(resync, 0.2, Math.random), ending).then(() =>
      repeatEvery(resync, ending, () => sweep(context, world)),
    ),
    // Apart from the sweep, which takes longer than a login needs to fill a disk.
    repeatEvery(databaseSharesEvery, ending, () => enforceDatabaseShares(context, world)),
    repeatEvery(redisSharesEvery, ending, () => enforceRedisShares(context, world)),
    repeatEvery(databaseSharesEvery, ending, () => endLongAnalyses(context, world)),
    repeatEvery(waitsForDatabaseEvery, ending, () => endWaitsForDatabase(context, world)),
  ]);
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

function repairSharedObjects({ options }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("look at what all tenants share", options.log, async () =>
    logShared(options.log, await options.work.repairSharedObjects(world)),
  );
}

async function sweep({ options, stores, queue, reporter }: PeriodicContext, world: World): Promise<void> {
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

function endLongAnalyses({ options, stores, queue }: PeriodicContext, world: World): Promise<void> {
  return orRepeated("look for analyses that hold autovacuum up", options.log, async () => {
    const schemas = await options.work.endLongAnalyses(world);
    if (schemas.length === 0) return;
    options.log.warn("ended analyses that held autovacuum up; autovacuum analyses their schemas no more", {
      schemas,
    });
    const tenants = stores.of(tenantKind).all();
    const affected = tenants.filter((tenant) => schemas.includes(namesOf(tenant).schema));
    for (const { metadata } of affected) queue.add(metadata.name, "change");
  });
}

async function endWaitsForDatabase({ options }: PeriodicContext, world: World): Promise<void> {
  try {
    const logins = await options.work.endWaitsForDatabase(world);
    if (logins.length > 0)
      options.log.warn("sessions that kept others from the database were ended", { logins });
  } catch (error) {
    // This runs every second: the slower tasks log that the database is down.
    options.log.debug("the look for sessions that keep others from the database failed", { error });
  }
}

function enforceDatabaseShares(
  { options, stores, queue, reporter }: PeriodicContext,
  world: World,
): Promise<void> {
  return orRepeated("look at the shared database", options.log, async () => {
    const report = await options.work.enforceDatabaseShares(stores.of(tenantKind).all(), world);
    reporter.databaseShares(report);
    for (const name of report.changed) queue.add(name, "change");
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
    log.warn(`the ${what} failed and is repeated at the next turn`, { error });
  }
}
