import { NotFound } from "../../kubernetes/client/errors.ts";
import { timestamp } from "../../kubernetes/objects/conditions.ts";
import { tenantLabels } from "../desired/labels.ts";
import { type RetainedTenant, retainedTenantKind } from "../model/kinds.ts";
import { tenantNames } from "../model/names/names.ts";
import type { World } from "../step/world.ts";

type Outside = Pick<World, "cluster" | "events" | "postgres" | "epoch">;

/** The database's record of data that a deleted Tenant left and that are not destroyed yet. */
interface RetainedData {
  readonly id: string;
  readonly name: string;
  readonly state: "retained" | "destroyed";
  readonly retained_at: Date | null;
  readonly delete_after: Date | null;
  /** The bytes of the schema on disk; undefined if they have not been measured. */
  readonly bytes?: number;
}

const columns = "t.id, t.name, t.state, t.retained_at, t.delete_after";
const isLeft = "(t.state = 'retained' OR (t.state = 'destroyed' AND t.destroyed_at IS NULL))";

/**
 * Makes the data due for destruction whose RetainedTenant names their Tenant in `spec.purge`, and returns their
 * ids. Skips data that have been adopted meanwhile, also if they were retained again later, or belong to another
 * tenant.
 */
export async function requestPurges(world: Outside): Promise<readonly string[]> {
  const asked = (await retainedTenants(world)).filter(({ spec }) => spec.purge === spec.tenant);
  const purged: string[] = [];
  for (const object of asked) {
    if (!(await makeDue(object, world))) continue;
    purged.push(object.metadata.name);
    tell(
      world,
      object,
      "PurgeRequested",
      "The data are being destroyed for good, because spec.purge asks for it.",
    );
  }
  return purged;
}

async function makeDue(object: RetainedTenant, { postgres, epoch }: Outside): Promise<boolean> {
  const due =
    "id = $1 AND name = $2 AND state = 'retained' AND (delete_after IS NULL OR delete_after > now())";
  const values = [object.metadata.name, object.spec.tenant];
  const [row] = await postgres.query<RetainedData & Record<string, unknown>>(
    `SELECT ${columns} FROM public.tenants t WHERE ${due}`,
    values,
  );
  if (row === undefined || !isOfRetention(row, object)) return false;
  const rows = await postgres.fenced(epoch, (transaction) =>
    transaction.query(`UPDATE public.tenants SET delete_after = now() WHERE ${due} RETURNING id`, values),
  );
  return rows.length > 0;
}

/**
 * Makes the RetainedTenants equal to the database's records: one for each tenant with retained data. They do not depend
 * on the measurement of sizes, which needs more of PostgreSQL.
 * @throws the error of the measurement, after everything else
 */
export async function listRetained(world: Outside): Promise<void> {
  const data = new Map((await retainedData(world)).map((row) => [row.id, row]));
  const kept = new Map<string, RetainedTenant>();
  for (const object of await retainedTenants(world)) {
    const row = data.get(object.metadata.name);
    if (row !== undefined && isOf(row, object)) kept.set(row.id, object);
    else await release(object, world);
  }
  const [measured] = await Promise.allSettled([sizes(world)]);
  for (const row of data.values()) {
    const bytes = measured.status === "fulfilled" ? { bytes: measured.value.get(row.id) ?? 0 } : {};
    await show({ ...row, ...bytes }, world, kept.get(row.id));
  }
  if (measured.status === "rejected") throw measured.reason;
}

/**
 * Brings the entry of one tenant's data up to date, without their size, which the sweep measures for all at once: listed
 * while they are left, and not once they are destroyed. If the kind is not served, the caller continues, and the sweep
 * lists the data later.
 */
export async function listRetainedOne(id: string, world: Outside): Promise<void> {
  try {
    const [row] = await world.postgres.query<RetainedData & Record<string, unknown>>(
      `SELECT ${columns} FROM public.tenants t WHERE t.id = $1 AND ${isLeft}`,
      [id],
    );
    if (row !== undefined) return await show(row, world);
    const object = await world.cluster.get(retainedTenantKind, { name: id });
    if (object !== undefined) await release(object, world);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
  }
}

function retainedTenants({ cluster }: Outside): Promise<readonly RetainedTenant[]> {
  return cluster.scan(retainedTenantKind, (object) => object);
}

function retainedData({ postgres }: Outside): Promise<readonly RetainedData[]> {
  return postgres.query<RetainedData & Record<string, unknown>>(
    `SELECT ${columns} FROM public.tenants t WHERE ${isLeft} ORDER BY t.id`,
  );
}

/** The bytes on disk of each tenant's schema and audit records, by id. */
async function sizes({ postgres }: Outside): Promise<ReadonlyMap<string, number>> {
  const rows = await postgres.query<{ id: string; bytes: string }>(
    `SELECT regexp_replace(schema_name, '^(audit\\.)?t_', '') AS id, sum(bytes) AS bytes
     FROM dotmac.schema_sizes() GROUP BY 1`,
  );
  return new Map(rows.map(({ id, bytes }) => [id, Number(bytes)]));
}

function isOf({ id, name }: RetainedData, { metadata, spec }: RetainedTenant): boolean {
  return metadata.name === id && spec.tenant === name;
}

/** Whether the object was listed for this retention of the data, not for one before they were adopted. */
function isOfRetention(row: RetainedData, { status }: RetainedTenant): boolean {
  return status !== undefined && status.retainedAt === statusOf(row).retainedAt;
}

/**
 * Lists the data. The object of an earlier retention is replaced, because its `spec.purge` was meant for that one.
 * `seen`: the object of this row, if it has already been read.
 */
async function show(row: RetainedData, { cluster }: Outside, seen?: RetainedTenant): Promise<void> {
  const create = async () => (await cluster.create(retainedTenantKind, retainedTenant(row))).object;
  let object = seen ?? (await create());
  if (!isOf(row, object)) return;
  if (object.status !== undefined && !isOfRetention(row, object)) {
    await unlist(object, cluster);
    object = await create();
  }
  await cluster.writeStatus(retainedTenantKind, object, statusOf(row, object.status?.size));
}

function retainedTenant({ id, name }: RetainedData): RetainedTenant {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "RetainedTenant",
    metadata: { name: id, labels: tenantLabels(tenantNames(name, id)) },
    spec: { tenant: name },
  };
}

/** `lastSize`: the size to keep when it was not measured. */
function statusOf(row: RetainedData, lastSize?: string): NonNullable<RetainedTenant["status"]> {
  // Rounded, so that it changes only with the data.
  const size = row.bytes === undefined ? lastSize : `${Math.ceil(row.bytes / 2 ** 20)}Mi`;
  return {
    state: row.state === "retained" ? "Retained" : "Destroying",
    ...(row.retained_at && { retainedAt: timestamp(row.retained_at) }),
    ...(row.delete_after && { deleteAfter: timestamp(row.delete_after) }),
    ...(size !== undefined && { size }),
  };
}

/** Removes the object of data that were adopted or destroyed. An Event reports which of the two happened. */
async function release(object: RetainedTenant, world: Outside): Promise<void> {
  const [row] = await world.postgres.query<{ state: string }>(
    "SELECT state FROM public.tenants WHERE id = $1",
    [object.metadata.name],
  );
  if (row?.state === "destroyed") tell(world, object, "DataDestroyed", "The data are destroyed for good.");
  if (row?.state === "active") tell(world, object, "DataAdopted", "A Tenant has adopted the data.");
  await unlist(object, world.cluster);
}

/** Removes this object, and no later one of the same name. */
async function unlist(
  { metadata: { name, uid } }: RetainedTenant,
  cluster: Outside["cluster"],
): Promise<void> {
  await cluster.remove(retainedTenantKind, { name }, { certain: true, ...(uid && { uid }) });
}

function tell({ events }: Outside, regarding: RetainedTenant, reason: string, what: string): void {
  const note = `${what} They were of the Tenant ${regarding.spec.tenant}.`;
  events.publish({ regarding, type: "Normal", reason, action: "Retain", note });
}
