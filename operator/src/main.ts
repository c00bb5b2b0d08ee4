import { systemClock } from "../../process/clock.ts";
import { FileFault } from "../../process/files/file-fault.ts";
import { createLogger } from "../../process/log.ts";
import { stopRequested } from "./base/stop-requested.ts";
import { FencedError } from "./clients/postgres/errors.ts";
import { loadConfig, loadPodIdentity } from "./config.ts";
import { connectPlatform } from "./connect-platform.ts";
import { loadAccess } from "./kubernetes/client/credentials.ts";
import { type OperatorEnd, runOperator } from "./run-operator.ts";
import { createFileFloodWatch } from "./tenant/database/end-file-floods.ts";
import { endOversizedMigrations } from "./tenant/database/end-oversized-migrations.ts";
import { createAnalysisWatch } from "./tenant/database/sessions/end-long-analyses.ts";
import { endQueueHolders } from "./tenant/database/sessions/end-queue-holders.ts";
import { endWaitsForDatabase } from "./tenant/database/sessions/end-waits-for-database.ts";
import { createUnendableWatch } from "./tenant/database/sessions/kill-unendable.ts";
import { destroyExpired } from "./tenant/deletion/destroy.ts";
import { listRetained, requestPurges } from "./tenant/deletion/retained-tenants.ts";
import { reconcileTenant } from "./tenant/reconcile.ts";
import { createResources } from "./tenant/resources/resources.ts";
import { repairSharedObjects } from "./tenant/shared/repair-shared-objects.ts";
import { startPlatform } from "./tenant/start-platform.ts";
import { endExhaustingTransactions } from "./tenant/sweep/end-exhausting-transactions.ts";
import { createDatabaseSharesEnforcer } from "./tenant/sweep/enforce-database-shares.ts";
import { createRedisSharesEnforcer } from "./tenant/sweep/enforce-redis-shares.ts";
import { enforceTransactionLimits } from "./tenant/sweep/enforce-transaction-limits.ts";
import { expireAudit } from "./tenant/sweep/expire-audit.ts";
import { killUnendableSession } from "./tenant/sweep/kill-unendable-session.ts";
import { sweepPlatform } from "./tenant/sweep/sweep.ts";
import type { TenantWork } from "./tenant-work.ts";

const vaultTokenFile = "/var/run/dotmac-operator/vault/token";

/** Several times the analysis of a legitimate table that fills a tenant's share. */
const endLongAnalyses = createAnalysisWatch(60_000);
/** Seconds. Nearly all requests of a runtime take less, and a login fills 3 % of the queue meanwhile. */
const longestWhileQueueFills = 3;

const endFileFloods = createFileFloodWatch();

const unendable = createUnendableWatch();

const resources = createResources();

const work: TenantWork = {
  begin: (platform, holder) => startPlatform(platform.postgres, holder),
  reconcile: (tenant, plan, world) => reconcileTenant(tenant, plan, world, resources),
  sweep: (tenants, world) => sweepPlatform(tenants, world, resources),
  repairSharedObjects,
  requestPurges,
  listRetained,
  destroyExpired: (world) => destroyExpired(world, resources),
  expireAudit,
  enforceDatabaseShares: createDatabaseSharesEnforcer(),
  endExhaustingTransactions,
  enforceTransactionLimits,
  killUnendableSession: (tenants, world) => killUnendableSession(unendable, tenants, world),
  endLongAnalyses: ({ postgres, clock }) => endLongAnalyses(postgres, clock.monotonic()),
  endWaitsForDatabase: ({ postgres }) => endWaitsForDatabase(postgres),
  endQueueHolders: ({ postgres }) => endQueueHolders(postgres, longestWhileQueueFills),
  endOversizedMigrations: ({ postgres, epoch }) => endOversizedMigrations(postgres, epoch),
  endFileFloods: ({ postgres, epoch }) => endFileFloods(postgres, epoch),
  enforceRedisShares: createRedisSharesEnforcer(),
};

const log = createLogger(process.env.LOG_LEVEL);

async function main(): Promise<OperatorEnd> {
  const config = loadConfig(process.env);
  const pod = loadPodIdentity(process.env);
  return runOperator(
    {
      config,
      pod,
      access: loadAccess(),
      log,
      work,
      isDeposed: (error) => error instanceof FencedError,
      onLeaseLost() {
        log.error("the lease is lost: the process ends, because another replica may lead");
        process.exit(1);
      },
      connectPlatform: (cluster) =>
        connectPlatform(config, cluster, { clock: systemClock, log, vaultTokenFile }),
      version: process.env.npm_package_version ?? "0.1.0",
    },
    stopRequested(log),
  );
}

main().then(
  (end) => {
    log.info(`the operator ends: ${end}`);
    process.exit(end === "stopped" ? 0 : 1);
  },
  (error: unknown) => {
    if (error instanceof FileFault) log.error(error.message);
    else log.error("the operator failed", { error });
    process.exit(1);
  },
);
