import type { Postgres } from "../../clients/postgres/postgres.ts";
import { type Tenant, tenantPlanKind } from "../model/kinds.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "postgres" | "epoch" | "signal">;

interface Retention {
  readonly id: string;
  readonly days: number;
}

/** Rows that one transaction deletes. A new leader waits for the transaction, which locks the epoch's row. */
const batch = 1_000;
/** Transactions per call. The next call continues where this one ended. */
const mostBatches = 50;

/**
 * Deletes audit records that are older than their tenant's plan keeps them, and returns how many. A day is
 * over at midnight UTC: so each tenant's records go once a day, together, and every other call only reads.
 * Retained data follow the last plan that they had; of a paused tenant, or without a plan, nothing goes.
 */
export async function expireAudit(tenants: readonly Tenant[], world: Outside): Promise<number> {
  const retentions = [...liveRetentions(tenants, world), ...(await retainedRetentions(world))];
  const due = await dueOf(world.postgres, retentions);
  if (due.length === 0) return 0;
  let removed = 0;
  for (let turn = 0; turn < mostBatches; turn += 1) {
    world.signal.throwIfAborted();
    const count = await removeBatch(due, world);
    removed += count;
    if (count < batch) break;
  }
  return removed;
}

/** By the id in the status: a Tenant that only asks for data has none, and decides nothing about them. */
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

/**
 * The records of one tenant that are too old, given `kept(id, days)`: by the index on tenant and time, which
 * the order makes the planner take.
 */
function expired(columns: string, limit: string): string {
  return `SELECT ${columns} FROM public.audit_logs
    WHERE tenant_id = kept.id
      AND at < date_trunc('day', now(), 'UTC') - make_interval(hours => 24 * kept.days)
    ORDER BY at LIMIT ${limit}`;
}

const kept = "unnest($1::text[], $2::int[]) AS kept(id, days)";

async function dueOf(postgres: Postgres, retentions: readonly Retention[]): Promise<Retention[]> {
  return postgres.query<{ id: string; days: number }>(
    `SELECT kept.id, kept.days FROM ${kept} CROSS JOIN LATERAL (${expired("", "1")}) AS oldest`,
    parameters(retentions),
  );
}

/**
 * The subquery is an array so that the rows are found by their place, never by reading the whole table. No row moves
 * meanwhile: nobody may update one.
 */
async function removeBatch(due: readonly Retention[], { postgres, epoch }: Outside): Promise<number> {
  const [gone] = await postgres.fenced(epoch, (transaction) =>
    transaction.query<{ count: number }>(
      `WITH gone AS (
         DELETE FROM public.audit_logs WHERE ctid = ANY (ARRAY(
           SELECT record.place FROM ${kept} CROSS JOIN LATERAL (${expired("audit_logs.ctid AS place", "$3")}) AS record LIMIT $3
         )) RETURNING 1
       )
       SELECT count(*)::int AS count FROM gone`,
      [...parameters(due), batch],
    ),
  );
  return gone?.count ?? 0;
}

function parameters(retentions: readonly Retention[]): [string[], number[]] {
  return [retentions.map(({ id }) => id), retentions.map(({ days }) => days)];
}
