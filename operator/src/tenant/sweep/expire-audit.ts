import type { Postgres } from "../../clients/postgres/postgres.ts";
import { identifier } from "../../clients/postgres/quote.ts";
import { type Tenant, tenantPlanKind } from "../model/kinds.ts";
import { tenantNames } from "../model/names/names.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "postgres" | "epoch" | "signal">;

interface Retention {
  readonly id: string;
  readonly days: number;
}

/** Rows per transaction. A new leader waits for the transaction, which locks the epoch's row. */
const batch = 1_000;
/** Transactions per call. The next call continues where this one ended. */
const mostBatches = 50;

/**
 * Deletes audit records that exceed the retention of their tenant's plan, and returns their number. Retention ends
 * at midnight UTC, so each tenant's records are deleted together once a day, and every other call only reads. For
 * retained data the last plan counts. For a paused tenant, or one without a plan, no record is deleted.
 */
export async function expireAudit(tenants: readonly Tenant[], world: Outside): Promise<number> {
  const retentions = [...liveRetentions(tenants, world), ...(await retainedRetentions(world))];
  const due = await dueOf(world.postgres, retentions);
  let removed = 0;
  for (let turn = 0; turn < mostBatches; turn += 1) {
    const [retention] = due;
    if (retention === undefined) break;
    world.signal.throwIfAborted();
    const count = await removeBatch(retention, world);
    removed += count;
    if (count < batch) due.shift();
  }
  return removed;
}

/** Reads the id in the status. A Tenant that only requests data has none, so it does not decide on them. */
function liveRetentions(tenants: readonly Tenant[], world: Outside): Retention[] {
  return tenants.flatMap((tenant) => {
    const id = tenant.status?.id;
    const days = auditDays(tenant.spec.plan, world);
    const rests = tenant.spec.paused || tenant.metadata.deletionTimestamp !== undefined;
    return id === undefined || days === undefined || rests ? [] : [{ id, days }];
  });
}

async function retainedRetentions(world: Outside): Promise<Retention[]> {
  const retained = await world.postgres.query<{ id: string; plan: string }>(
    `SELECT id, plan FROM public.tenants JOIN public.licenses ON tenant_id = id WHERE state = 'retained'`,
  );
  return retained.flatMap(({ id, plan }) => {
    const days = auditDays(plan, world);
    return days === undefined ? [] : [{ id, days }];
  });
}

function auditDays(plan: string, { cluster }: Outside): number | undefined {
  return cluster.read(tenantPlanKind, { name: plan })?.spec.retention.auditDays;
}

/** The time before which records with a retention of `days` are deleted. */
const tooOld = "date_trunc('day', now(), 'UTC') - make_interval(hours => 24 * days)";

async function dueOf(postgres: Postgres, retentions: readonly Retention[]): Promise<Retention[]> {
  return postgres.query<{ id: string; days: number }>(
    `SELECT id, days FROM unnest($1::text[], $2::int[]) AS kept(id, days)
     WHERE audit.count_records(id, '-infinity', ${tooOld}, 1) > 0`,
    [retentions.map(({ id }) => id), retentions.map(({ days }) => days)],
  );
}

/**
 * Deletes from one tenant's table. The index on the time finds the rows, and their position in that file identifies
 * them. No row moves meanwhile, because no role may update one.
 */
async function removeBatch({ id, days }: Retention, { postgres, epoch }: Outside): Promise<number> {
  const records = `audit.${identifier(tenantNames("", id).schema)}`;
  const [gone] = await postgres.fenced(epoch, (transaction) =>
    transaction.query<{ count: number }>(
      `WITH gone AS (
         DELETE FROM ${records} WHERE ctid = ANY (ARRAY(
           SELECT record.ctid FROM (VALUES ($1::int)) AS kept(days), ${records} AS record
           WHERE at < ${tooOld} ORDER BY at LIMIT $2
         )) RETURNING 1
       )
       SELECT count(*)::int AS count FROM gone`,
      [days, batch],
    ),
  );
  return gone?.count ?? 0;
}
