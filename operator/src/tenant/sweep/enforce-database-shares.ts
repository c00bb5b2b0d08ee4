import { parseQuantity } from "../../../../process/quantity.ts";
import { concernsServer } from "../../clients/postgres/errors.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import {
  type BoundsObservation,
  type BoundsWanted,
  boundsDifferences,
  databaseBytes,
  observeBounds,
} from "../database/bounds.ts";
import { endLongTransactions } from "../database/end-long-transactions.ts";
import { migrationDeadlineSeconds } from "../desired/workload/migration-job.ts";
import { type Tenant, tenantPlanKind } from "../model/kinds.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "postgres" | "epoch" | "signal">;

/** An error that concerns one tenant. */
export interface TenantFailure {
  readonly tenant: string;
  readonly error: unknown;
}

/** What one look at the shared database found and did. */
export interface DatabaseSharesReport {
  /** Bytes of the database on disk. */
  readonly bytes: number;
  /** Bytes that the plans allow to all tenants together. */
  readonly promisedBytes: number;
  /** Whether each tenant's share was measured in this turn. */
  readonly measured: boolean;
  /** The tenants to whom something is refused or given back since. */
  readonly changed: readonly string[];
  /** Errors that concern one tenant each. The other tenants were bounded, and the next look tries again. */
  readonly failures: readonly TenantFailure[];
  /** The logins whose transactions were ended because they were open for too long. */
  readonly ended: readonly string[];
}

/** Bytes by which the database may grow before each tenant's share is measured again. */
const growth = 64 * 2 ** 20;
/** Looks after which it is measured in any case: at midnight audit records are free again. */
const looks = 20;
/**
 * Seconds: of an app login twice what the pooler allows for a query or an idle transaction, of a migrator what its Job
 * may take. A migration's transaction holds the locks of what it changes, so that a bound has to wait for it.
 */
const longestTransactions = { app: 120, migrator: migrationDeadlineSeconds };

/**
 * Keeps tenants within what their plans give them of the shared disk. Call it every few seconds: it looks at the size
 * of the whole, and measures each tenant's share when that has grown or a plan has changed.
 */
export function createDatabaseSharesEnforcer(): (
  tenants: readonly Tenant[],
  world: Outside,
) => Promise<DatabaseSharesReport> {
  let last = { bytes: 0, bounds: "", looks };
  return async (tenants, world) => {
    const ended = await endLongTransactions(world.postgres, world.epoch, longestTransactions);
    const bytes = await databaseBytes(world.postgres);
    const bounded = tenants.flatMap((tenant) => boundsOf(tenant, world));
    const bounds = JSON.stringify(bounded);
    const measured = last.looks >= looks || bytes > last.bytes + growth || bounds !== last.bounds;
    const { changed, failures } = measured ? await enforceAll(bounded, world) : { changed: [], failures: [] };
    // Only now: a turn that failed, if only for one tenant, is repeated by the next look.
    if (measured) last = { bytes, bounds, looks: failures.length > 0 ? looks : 1 };
    else last = { ...last, bytes: Math.min(bytes, last.bytes), looks: last.looks + 1 };
    return { bytes, promisedBytes: promised(bounded), measured, changed, failures, ended };
  };
}

interface Bounded {
  readonly tenant: string;
  readonly wanted: BoundsWanted;
}

function promised(bounded: readonly Bounded[]): number {
  return bounded.reduce((sum, { wanted }) => sum + wanted.storage, 0);
}

type Enforced = Pick<DatabaseSharesReport, "changed" | "failures">;

/** Measures every tenant's share and enforces it, for each tenant apart: none of them may end the turn of the others. */
async function enforceAll(bounded: readonly Bounded[], world: Outside): Promise<Enforced> {
  const wanted = bounded.map((each) => each.wanted);
  const observed = new Map((await observeBounds(world.postgres, wanted)).map((found) => [found.id, found]));
  const changed: string[] = [];
  const failures: TenantFailure[] = [];
  for (const { tenant, wanted } of bounded) {
    world.signal.throwIfAborted();
    const found = observed.get(wanted.id);
    if (found === undefined) continue;
    try {
      if (await enforce(wanted, found, world)) changed.push(tenant);
    } catch (error) {
      if (concernsServer(error)) throw error;
      failures.push({ tenant, error });
    }
  }
  return { changed, failures };
}

async function enforce(wanted: BoundsWanted, found: BoundsObservation, world: Outside): Promise<boolean> {
  const statements = boundsDifferences(wanted, found);
  await runStatements(world.postgres, world.epoch, statements);
  return statements.length > 0;
}

/** The bounds of a tenant that has data and a plan. A paused one is bounded too, because its pods run. */
function boundsOf(tenant: Tenant, { cluster }: Outside): Bounded[] {
  const id = tenant.status?.id;
  const plan = cluster.read(tenantPlanKind, { name: tenant.spec.plan });
  if (id === undefined || plan === undefined || tenant.metadata.deletionTimestamp !== undefined) return [];
  const { storage, auditRecordsPerDay } = plan.spec.database;
  const wanted = { id, storage: parseQuantity(storage), auditRecordsPerDay };
  return [{ tenant: tenant.metadata.name, wanted }];
}
