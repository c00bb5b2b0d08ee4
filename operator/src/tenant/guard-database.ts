import {
  type BoundsObservation,
  type BoundsWanted,
  boundsDifferences,
  databaseBytes,
  observeBounds,
} from "./database/bounds.ts";
import { endLongTransactions } from "./database/end-long-transactions.ts";
import { runStatements } from "./database/run-statements.ts";
import { type Tenant, tenantPlanKind } from "./kinds.ts";
import { parseQuantity } from "./quantity.ts";
import type { World } from "./world.ts";

type Outside = Pick<World, "cluster" | "postgres" | "epoch" | "signal">;

/** What one look at the shared database found and did. */
export interface GuardReport {
  /** Bytes of the database on disk. */
  readonly bytes: number;
  /** Whether each tenant's share was measured in this turn. */
  readonly measured: boolean;
  /** The tenants to whom something is refused or given back since. */
  readonly changed: readonly string[];
  /** The logins whose transactions were ended because they were open for too long. */
  readonly ended: readonly string[];
}

/** Bytes by which the database may grow before each tenant's share is measured again. */
const growth = 64 * 2 ** 20;
/** Looks after which it is measured in any case: at midnight audit records are free again. */
const looks = 20;
/** Twice what the pooler allows for a query or an idle transaction. */
const longestTransaction = 120;

/**
 * Keeps tenants within what their plans give them of the shared disk. Call it every few seconds: it looks at the size
 * of the whole, and measures each tenant's share when that has grown or a plan has changed.
 */
export function createDatabaseGuard(): (tenants: readonly Tenant[], world: Outside) => Promise<GuardReport> {
  let last = { bytes: 0, bounds: "", looks };
  return async (tenants, world) => {
    const ended = await endLongTransactions(world.postgres, world.epoch, longestTransaction);
    const bytes = await databaseBytes(world.postgres);
    const bounded = tenants.flatMap((tenant) => boundsOf(tenant, world));
    const bounds = JSON.stringify(bounded);
    const measured = last.looks >= looks || bytes > last.bytes + growth || bounds !== last.bounds;
    const changed = measured ? await enforceAll(bounded, world) : [];
    // Only now: a turn that failed is repeated by the next look.
    if (measured) last = { bytes, bounds, looks: 1 };
    else last = { ...last, bytes: Math.min(bytes, last.bytes), looks: last.looks + 1 };
    return { bytes, measured, changed, ended };
  };
}

interface Bounded {
  readonly tenant: string;
  readonly wanted: BoundsWanted;
}

/** Measures every tenant's share; returns the tenants for whom something changed. */
async function enforceAll(bounded: readonly Bounded[], world: Outside): Promise<string[]> {
  const wanted = bounded.map((each) => each.wanted);
  const observed = new Map((await observeBounds(world.postgres, wanted)).map((found) => [found.id, found]));
  const changed: string[] = [];
  for (const { tenant, wanted } of bounded) {
    world.signal.throwIfAborted();
    const found = observed.get(wanted.id);
    if (found !== undefined && (await enforce(wanted, found, world))) changed.push(tenant);
  }
  return changed;
}

async function enforce(wanted: BoundsWanted, found: BoundsObservation, world: Outside): Promise<boolean> {
  const statements = boundsDifferences(wanted, found);
  await runStatements(world.postgres, world.epoch, statements);
  return statements.length > 0;
}

/** Of tenants that have data and a plan; of a paused one too: its pods run. */
function boundsOf(tenant: Tenant, { cluster }: Outside): Bounded[] {
  const id = tenant.status?.id;
  const plan = cluster.read(tenantPlanKind, { name: tenant.spec.plan });
  if (id === undefined || plan === undefined || tenant.metadata.deletionTimestamp !== undefined) return [];
  const { storage, auditRecordsPerDay } = plan.spec.database;
  const wanted = { id, storage: parseQuantity(storage), auditRecordsPerDay };
  return [{ tenant: tenant.metadata.name, wanted }];
}
