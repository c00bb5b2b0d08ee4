import { RetryableError } from "../../base/errors.ts";
import type { Postgres, Transaction } from "../../clients/postgres/postgres.ts";

/** A tenant's row in `public.tenants`, the platform's record of the owners of data. */
export interface TenantRecord {
  readonly id: string;
  readonly uid: string;
  readonly name: string;
  readonly state: "active" | "retained" | "destroyed";
  /** ISO 4217; null where it is not recorded yet. */
  readonly currency: string | null;
}

export interface Claimant {
  readonly id: string;
  readonly uid: string;
  readonly name: string;
  /** ISO 4217. It can never change, because all amounts are in it. */
  readonly currency: string;
  /** Whether `spec.adoptFrom` gave the id. */
  readonly adopting: boolean;
}

/** The reason why a claimant cannot have the data. */
export interface Refusal {
  readonly reason: "DataExistsUnderOtherUid" | "AdoptionRefused" | "DataDestroyed" | "CurrencyDiffers";
  readonly message: string;
}

export type Claim =
  | { readonly kind: "held" | "taken" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

const columns = "id, uid, name, state, currency";

/** The record with that id, if it exists. */
export async function findRecord(postgres: Postgres, id: string): Promise<TenantRecord | undefined> {
  const [record] = await postgres.query<TenantRecord>(`SELECT ${columns} FROM public.tenants WHERE id = $1`, [
    id,
  ]);
  return record;
}

/** The id of the data of that name that were retained last, if there are any. */
export async function lastRetained(postgres: Postgres, name: string): Promise<string | undefined> {
  const [record] = await postgres.query<{ id: string }>(
    "SELECT id FROM public.tenants WHERE name = $1 AND state = 'retained' ORDER BY retained_at DESC LIMIT 1",
    [name],
  );
  return record?.id;
}

/** Assigns the data `id` to the claimant: new data, its own, or retained data that it adopts. */
export async function claimRecord(postgres: Postgres, epoch: number, claimant: Claimant): Promise<Claim> {
  const records = await postgres.query<TenantRecord>(
    `SELECT ${columns} FROM public.tenants WHERE id = $1 OR (name = $2 AND state = 'active')`,
    [claimant.id, claimant.name],
  );
  const decision = decideClaim(claimant, records);
  if (decision.kind === "refused") return decision;
  if (decision.kind === "held") return { kind: "held" };
  const write = { insert, activate, record: recordCurrency }[decision.kind];
  const taken = await postgres.fenced(epoch, (transaction) => write(transaction, claimant));
  if (taken) return { kind: "taken" };
  throw new RetryableError(
    "ClaimRaced",
    `The record of tenant id ${claimant.id} changed while it was claimed.`,
  );
}

type Decision =
  | { readonly kind: "held" | "insert" | "activate" | "record" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Decides on a claim by the claimant's own record and any active record of its name. */
function decideClaim(claimant: Claimant, records: readonly TenantRecord[]): Decision {
  const other = records.find((record) => record.state === "active" && record.uid !== claimant.uid);
  if (other !== undefined) return refused("DataExistsUnderOtherUid", otherUid(claimant, other));
  const own = records.find((record) => record.id === claimant.id);
  if (own === undefined)
    return claimant.adopting ? refused("AdoptionRefused", nothingToAdopt(claimant)) : { kind: "insert" };
  if (own.state === "destroyed") return refused("DataDestroyed", destroyed(own));
  if (own.name !== claimant.name) return refused("AdoptionRefused", otherName(claimant, own));
  if (own.currency !== null && own.currency !== claimant.currency)
    return refused("CurrencyDiffers", otherCurrency(claimant, own.currency));
  if (own.state !== "active") return { kind: "activate" };
  return { kind: own.currency === null ? "record" : "held" };
}

async function insert(transaction: Transaction, { id, uid, name, currency }: Claimant): Promise<boolean> {
  const rows = await transaction.query(
    `INSERT INTO public.tenants (id, uid, name, currency) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, uid, name, currency],
  );
  return rows.length === 1;
}

async function activate(transaction: Transaction, { id, uid, name, currency }: Claimant): Promise<boolean> {
  const rows = await transaction.query(
    `UPDATE public.tenants
     SET state = 'active', uid = $2, currency = $4, retained_at = NULL, delete_after = NULL
     WHERE id = $1 AND name = $3 AND state = 'retained' AND coalesce(currency, $4) = $4 RETURNING id`,
    [id, uid, name, currency],
  );
  return rows.length === 1;
}

/** Sets the currency of records from before currencies were recorded. A Tenant's own currency has never changed. */
async function recordCurrency(transaction: Transaction, { id, uid, currency }: Claimant): Promise<boolean> {
  const rows = await transaction.query(
    "UPDATE public.tenants SET currency = $3 WHERE id = $1 AND uid = $2 AND currency IS NULL RETURNING id",
    [id, uid, currency],
  );
  return rows.length === 1;
}

function refused(reason: Refusal["reason"], message: string): Decision {
  return { kind: "refused", refusal: { reason, message } };
}

function otherUid(claimant: Claimant, other: TenantRecord): string {
  return (
    `Expected no active data of ${claimant.name} but its own, found id ${other.id} in use by a Tenant of uid ` +
    `${other.uid}. If that Tenant no longer exists anywhere, set the state of ${other.id} in public.tenants to ` +
    `retained and create this Tenant again with spec.adoptFrom: ${other.id}.`
  );
}

function nothingToAdopt({ id, name }: Claimant): string {
  return (
    `Expected retained data of ${name} with the id ${id}, found none: write into spec.adoptFrom the status.id ` +
    "that the deleted Tenant had, or create the Tenant without it to begin with empty data."
  );
}

function otherName(claimant: Claimant, own: TenantRecord): string {
  return (
    `Expected the retained data ${own.id} to be those of ${claimant.name}, found those of a tenant of another ` +
    "name: only a Tenant of the same metadata.name can adopt them."
  );
}

function otherCurrency({ id, currency }: Claimant, recorded: string): string {
  return (
    `Expected the currency ${recorded} of the data ${id}, found ${currency}: create the Tenant ` +
    `again with spec.currency: ${recorded}, or without spec.adoptFrom to begin with empty data.`
  );
}

function destroyed({ id }: TenantRecord): string {
  return `Expected data with the id ${id}, found that they are permanently destroyed: create another Tenant without spec.adoptFrom.`;
}
