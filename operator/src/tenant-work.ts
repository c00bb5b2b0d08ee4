import type { Platform } from "./connect-platform.ts";
import type { Outcome } from "./kubernetes/loop/outcome.ts";
import type { Tenant, TenantPlan } from "./tenant/model/kinds.ts";
import type { SharedObjectsReport } from "./tenant/shared/repair-shared-objects.ts";
import type { World } from "./tenant/step/world.ts";
import type { DatabaseSharesReport } from "./tenant/sweep/enforce-database-shares.ts";
import type { EnforceRedisShares } from "./tenant/sweep/enforce-redis-shares.ts";
import type { SweepReport } from "./tenant/sweep/sweep.ts";

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
