import { systemClock } from "../../process/clock.ts";
import { FileFault } from "../../process/files/file-fault.ts";
import { createLogger } from "../../process/log.ts";
import { stopRequested } from "./base/stop-requested.ts";
import { FencedError } from "./clients/postgres/errors.ts";
import { loadConfig, loadPodIdentity } from "./config.ts";
import { connectPlatform } from "./connect-platform.ts";
import { loadAccess } from "./kubernetes/client/credentials.ts";
import { type OperatorEnd, runOperator } from "./run-operator.ts";
import { createAnalysisWatch } from "./tenant/database/end-long-analyses.ts";
import { endWaitsForDatabase } from "./tenant/database/end-waits-for-database.ts";
import { destroyExpired } from "./tenant/deletion/destroy.ts";
import { reconcileTenant } from "./tenant/reconcile.ts";
import { repairSharedObjects } from "./tenant/shared/repair-shared-objects.ts";
import { startPlatform } from "./tenant/start-platform.ts";
import { createDatabaseSharesEnforcer } from "./tenant/sweep/enforce-database-shares.ts";
import { createRedisSharesEnforcer } from "./tenant/sweep/enforce-redis-shares.ts";
import { expireAudit } from "./tenant/sweep/expire-audit.ts";
import { sweepPlatform } from "./tenant/sweep/sweep.ts";
import type { TenantWork } from "./tenant-work.ts";

const vaultTokenFile = "/var/run/dotmac-operator/vault/token";

/** Several times what the analysis of an honest table of a tenant's size takes. */
const endLongAnalyses = createAnalysisWatch(60_000);

const work: TenantWork = {
  begin: (platform, holder) => startPlatform(platform.postgres, holder),
  reconcile: reconcileTenant,
  sweep: sweepPlatform,
  repairSharedObjects,
  destroyExpired,
  expireAudit,
  enforceDatabaseShares: createDatabaseSharesEnforcer(),
  endLongAnalyses: ({ postgres, clock }) => endLongAnalyses(postgres, clock.monotonic()),
  endWaitsForDatabase: ({ postgres }) => endWaitsForDatabase(postgres),
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
        log.error("the lease is lost: ending at once, another replica leads");
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
