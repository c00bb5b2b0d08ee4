import { parseQuantity } from "../../../../process/quantity.ts";
import { concernsServer } from "../../clients/postgres/errors.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import {
  type BoundsObservation,
  boundsDifferences,
  type DesiredBounds,
  databaseBytes,
  levelOf,
  observeBounds,
  refusesAudit,
} from "../database/bounds.ts";
import { disableLogins } from "../database/disable-logins.ts";
import { endOldSnapshots } from "../database/sessions/end-old-snapshots.ts";
import { type Tenant, tenantPlanKind } from "../model/kinds.ts";
import { tenantNames } from "../model/names/names.ts";
import type { World } from "../step/world.ts";

export type Outside = Pick<World, "cluster" | "postgres" | "epoch" | "signal">;

/** An error that concerns one tenant. */
export interface TenantFailure {
  readonly tenant: string;
  readonly error: unknown;
}

/** The findings and changes of one check of the shared database. */
export interface DatabaseSharesReport {
  /** Bytes of the database on disk. */
  readonly bytes: number;
  /** Bytes that the plans allow for all tenants together. */
  readonly promisedBytes: number;
  /** Whether this check measured each tenant's share. */
  readonly measured: boolean;
  /** The tenants whose writes were refused or allowed by this check. */
  readonly changed: readonly string[];
  /** Errors that concern one tenant each. The other tenants were checked, and the next check retries. */
  readonly failures: readonly TenantFailure[];
}

/** Growth of the database in bytes after which each tenant's share is measured again. */
const growth = 64 * 2 ** 20;
/**
 * Number of checks after which it is measured in any case, because the daily limit of audit records resets at
 * midnight.
 */
const looks = 20;

/**
 * Enforces the plans' bounds on the shared disk. Call it every few seconds: it reads the size of the whole database,
 * and measures each tenant's share when the size has grown or a plan has changed.
 */
export function createDatabaseSharesEnforcer(): (
  tenants: readonly Tenant[],
  world: Outside,
) => Promise<DatabaseSharesReport> {
  let last = { bytes: 0, bounds: "", looks };
  return async (tenants, world) => {
    const bytes = await databaseBytes(world.postgres);
    const bounded = tenants.flatMap((tenant) => boundsOf(tenant, world));
    const bounds = JSON.stringify(bounded);
    const measured = last.looks >= looks || bytes > last.bytes + growth || bounds !== last.bounds;
    const { changed, failures } = measured ? await enforceAll(bounded, world) : { changed: [], failures: [] };
    // Only now, so that the next check repeats a failed turn, even for one tenant.
    if (measured) last = { bytes, bounds, looks: failures.length > 0 ? looks : 1 };
    else last = { ...last, bytes: Math.min(bytes, last.bytes), looks: last.looks + 1 };
    return { bytes, promisedBytes: promised(bounded), measured, changed, failures };
  };
}

interface Bounded {
  readonly tenant: string;
  readonly desired: DesiredBounds;
}

function promised(bounded: readonly Bounded[]): number {
  return bounded.reduce((sum, { desired }) => sum + desired.storage, 0);
}

type Enforced = Pick<DatabaseSharesReport, "changed" | "failures">;

/**
 * Measures every tenant's share and enforces it separately, so that no tenant's failure ends the turn of the others.
 */
async function enforceAll(bounded: readonly Bounded[], world: Outside): Promise<Enforced> {
  const desired = bounded.map((each) => each.desired);
  const observed = new Map((await observeBounds(world.postgres, desired)).map((found) => [found.id, found]));
  const changed: string[] = [];
  const failures: TenantFailure[] = [];
  for (const { tenant, desired } of bounded) {
    world.signal.throwIfAborted();
    const found = observed.get(desired.id);
    if (found === undefined) continue;
    try {
      if (await enforce(desired, found, world)) changed.push(tenant);
    } catch (error) {
      if (concernsServer(error)) throw error;
      failures.push({ tenant, error });
    }
  }
  return { changed, failures };
}

async function enforce(desired: DesiredBounds, found: BoundsObservation, world: Outside): Promise<boolean> {
  const { postgres, epoch } = world;
  const names = tenantNames("", desired.id);
  const statements = boundsDifferences(desired, found);
  await runStatements(postgres, epoch, statements);
  if (refusesAudit(desired, found)) await endOldSnapshots(postgres, epoch, names);
  if (levelOf(desired, found) === "exhausted") await disableLogins(postgres, epoch, names);
  return statements.length > 0;
}

/** The bounds of a tenant with data and a plan; none for another one. They apply to a paused tenant too, because its pods run. */
export function boundsOf(tenant: Tenant, { cluster }: Pick<Outside, "cluster">): Bounded[] {
  const id = tenant.status?.id;
  const plan = cluster.read(tenantPlanKind, { name: tenant.spec.plan });
  if (id === undefined || plan === undefined || tenant.metadata.deletionTimestamp !== undefined) return [];
  const { storage, auditRecordsPerDay } = plan.spec.database;
  const desired = { id, storage: parseQuantity(storage), auditRecordsPerDay };
  return [{ tenant: tenant.metadata.name, desired }];
}
