import type { Platform } from "./connect-platform.ts";
import type { Outcome } from "./kubernetes/loop/outcome.ts";
import type { Tenant, TenantPlan } from "./tenant/model/kinds.ts";
import type { SharedObjectsReport } from "./tenant/shared/repair-shared-objects.ts";
import type { World } from "./tenant/step/world.ts";
import type { DatabaseSharesReport } from "./tenant/sweep/enforce-database-shares.ts";
import type { EnforceRedisShares } from "./tenant/sweep/enforce-redis-shares.ts";
import type { TransactionsReport } from "./tenant/sweep/enforce-transaction-limits.ts";
import type { SweepReport } from "./tenant/sweep/sweep.ts";

/** The work of the operator for its tenants, separate from the code that runs the process. */
export interface TenantWork {
  /**
   * Runs once per term, before the first reconcile: migrates the platform's tables, begins a new epoch and returns it.
   * The caller repeats it until it succeeds.
   */
  begin(platform: Platform, holder: string): Promise<number>;
  reconcile(tenant: Tenant, plan: TenantPlan | undefined, world: World): Promise<Outcome>;
  /** Checks in bulk the state that cannot be watched, and returns the tenants that need a reconcile. */
  sweep(tenants: readonly Tenant[], world: World): Promise<SweepReport>;
  /** Repairs the objects in the database that all tenants share, and reports repairs and faults. */
  repairSharedObjects(world: World): Promise<SharedObjectsReport>;
  /** Makes data due for destruction if a RetainedTenant requests their purge, and returns the ids. */
  requestPurges(world: World): Promise<readonly string[]>;
  /** Lists the data of deleted Tenants as RetainedTenants. */
  listRetained(world: World): Promise<void>;
  /** Destroys the data whose retention has ended, and returns the ids. */
  destroyExpired(world: World): Promise<readonly string[]>;
  /** Enforces the tenants' shares of the shared database, and returns the tenants whose state changed. */
  enforceDatabaseShares(tenants: readonly Tenant[], world: World): Promise<DatabaseSharesReport>;
  /** Returns the tenants whose sessions were ended because their open transactions would exhaust their storage. */
  endExhaustingTransactions(tenants: readonly Tenant[], world: World): Promise<readonly string[]>;
  /** Ends the tenants' transactions that are open for too long. */
  enforceTransactionLimits(world: World): Promise<TransactionsReport>;
  /** Kills a tenant's session that does not end when it is asked to, and returns its login. */
  killUnendableSession(tenants: readonly Tenant[], world: World): Promise<string | undefined>;
  /** Returns the schemas that autovacuum no longer analyses. */
  endLongAnalyses(world: World): Promise<readonly string[]>;
  /** Returns the logins whose sessions were ended. */
  endWaitsForDatabase(world: World): Promise<readonly string[]>;
  /** Returns the logins whose sessions were ended. */
  endQueueHolders(world: World): Promise<readonly string[]>;
  /** Returns the migrators' logins that were disabled. */
  endOversizedMigrations(world: World): Promise<readonly string[]>;
  /** Returns the logins that were disabled. */
  endFileFloods(world: World): Promise<readonly string[]>;
  /** Deletes the audit records whose retention has ended, and returns their number. */
  expireAudit(tenants: readonly Tenant[], world: World): Promise<number>;
  /** Refuses writes of tenants that exceed their share of Redis, and returns the measurements. */
  enforceRedisShares: EnforceRedisShares;
}
