import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { identifier } from "../../clients/postgres/quote.ts";
import { appLogins, namePatterns, type TenantNames, tenantNames } from "../model/names/names.ts";
import {
  isAuditClosed,
  isExhausted,
  refusesWrites,
  type StorageLevel,
  storageLevel,
} from "../model/reports/storage-level.ts";
import { endSessions } from "./sessions/end-sessions.ts";

/** A tenant's bounds on the shared disk. */
export interface DesiredBounds {
  readonly id: string;
  /** Bytes of its schema and its audit records. */
  readonly storage: number;
  readonly auditRecordsPerDay: number;
}

/** A right to add data in a tenant's schema that a role other than the relation's owner has. */
export interface WriteGrant {
  readonly relation: string;
  /** A role's name, or `public` for all roles. */
  readonly grantee: string;
  readonly privilege: "INSERT" | "UPDATE";
}

/** A tenant's use of the shared disk, and the writes that are refused because of it. */
export interface BoundsObservation {
  readonly id: string;
  readonly level: StorageLevel;
  readonly auditFull: boolean;
  readonly bytes: number;
  /** The part of `bytes` that the audit records hold. */
  readonly auditBytes: number;
  /** Audit records of this UTC day. The count stops at one more than the limit. */
  readonly auditRecords: number;
  /** Observed only where writes are, or would become, refused. */
  readonly writeGrants: readonly WriteGrant[];
  /** Rights that were revoked and whose relation still exists. */
  readonly withheld: readonly Omit<WriteGrant, "grantee">[];
}

type Bytes = "dataBytes" | "auditBytes";

/** The bytes on disk of the database and of the catalogs that all databases share. It is cheap: it reads only sizes of files. */
export async function databaseBytes(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query<{ bytes: string }>(
    "SELECT pg_database_size(current_database()) + dotmac.global_bytes() AS bytes",
  );
  return Number(row?.bytes);
}

/**
 * Bytes of files that open transactions have made, by tenant id. Apart from the bounds, because it takes the longer the more
 * files and locks there are.
 */
export async function observeUncommitted(postgres: Postgres): Promise<Map<string, number>> {
  const rows = await postgres.query<{ id: string; bytes: string }>(
    "SELECT substring(login, $1) AS id, sum(bytes) AS bytes FROM dotmac.uncommitted_files() GROUP BY 1",
    [namePatterns.role],
  );
  return new Map(rows.map(({ id, bytes }) => [id, Number(bytes)]));
}

/** Observes any number of tenants. No tenant can make it evaluate code or wait; see bootstrap.sql. */
export async function observeBounds(
  postgres: Postgres,
  desired: readonly DesiredBounds[],
): Promise<BoundsObservation[]> {
  const rows = await postgres.query<
    Omit<BoundsObservation, "bytes" | "auditBytes" | "writeGrants" | "withheld"> & Record<Bytes, string>
  >(
    `WITH sizes AS MATERIALIZED (SELECT * FROM dotmac.schema_sizes())
     SELECT l.tenant_id AS id, l.storage AS level, l.audit_full AS "auditFull",
            coalesce(s.bytes, 0) AS "dataBytes", coalesce(a.bytes, 0) AS "auditBytes",
            audit.count_records(l.tenant_id, date_trunc('day', now(), 'UTC'), 'infinity', w.records + 1) AS "auditRecords"
     FROM unnest($1::text[], $2::int[]) AS w(id, records)
     JOIN public.licenses l ON l.tenant_id = w.id
     LEFT JOIN sizes AS s ON s.schema_name = 't_' || l.tenant_id
     LEFT JOIN sizes AS a ON a.schema_name = 'audit.t_' || l.tenant_id`,
    [desired.map(({ id }) => id), desired.map(({ auditRecordsPerDay }) => auditRecordsPerDay)],
  );
  const measured = rows.map(({ dataBytes, auditBytes, ...row }) => ({
    ...row,
    bytes: Number(dataBytes) + Number(auditBytes),
    auditBytes: Number(auditBytes),
  }));
  const closed = new Set(measured.filter((row) => isClosed(row, desired)).map(({ id }) => id));
  const grants = await writeGrants(postgres, [...closed]);
  const withheld = await withheldGrants(postgres);
  return measured.map((row) => ({
    ...row,
    writeGrants: grants.get(row.id) ?? [],
    withheld: withheld.get(row.id) ?? [],
  }));
}

/**
 * The statements that refuse writes beyond a tenant's bounds, or permit them again within the bounds; none if
 * nothing differs.
 */
export function boundsDifferences(desired: DesiredBounds, found: BoundsObservation): Statement[] {
  const names = tenantNames("", desired.id);
  const level = levelOf(desired, found);
  return [
    ...licence(found, level, refusesAudit(desired, found)),
    ...(refusesWrites(level) ? close(names, found) : reopen(names, found)),
  ];
}

/** The level of a tenant's storage after this observation. */
export function levelOf({ storage }: DesiredBounds, found: BoundsObservation): StorageLevel {
  return storageLevel(found.bytes, storage, found.level);
}

/**
 * Whether open transactions that have made files of `uncommitted` bytes would exhaust the tenant's storage: with them it
 * would hold 150 % of it. A migration that rewrites a table needs its bytes twice until it commits, so they count only there.
 */
export function exhaustsUncommitted(
  { storage }: DesiredBounds,
  { bytes }: BoundsObservation,
  uncommitted: number,
): boolean {
  return isExhausted(bytes + uncommitted, storage);
}

/** Whether audit records are refused, from now on or since before. */
export function refusesAudit(desired: DesiredBounds, found: BoundsObservation): boolean {
  return found.auditRecords > desired.auditRecordsPerDay || holdsTooManyRecords(desired, found);
}

function holdsTooManyRecords(desired: DesiredBounds, found: BoundsObservation): boolean {
  return isAuditClosed(levelOf(desired, found), found.auditBytes, desired.storage, found.auditFull);
}

function licence(found: BoundsObservation, level: StorageLevel, auditFull: boolean): Statement[] {
  if (found.level === level && found.auditFull === auditFull) return [];
  return [
    {
      text: "UPDATE public.licenses SET storage = $2, audit_full = $3 WHERE tenant_id = $1",
      values: [found.id, level, auditFull],
    },
  ];
}

/** Also revokes the owner role's grants to roles other than `_rw`, because a migration may grant any right again. */
function close(names: TenantNames, { writeGrants }: BoundsObservation): Statement[] {
  if (writeGrants.length === 0) return [];
  const { id, schema, roles } = names;
  const revoked = writeGrants.map(({ relation, grantee, privilege }) => ({
    text: `REVOKE ${privilege} ON ${identifier(schema)}.${identifier(relation)} FROM ${granteeOf(grantee)} CASCADE`,
  }));
  const kept = writeGrants.filter(({ grantee }) => grantee === roles.readWrite);
  return [
    // A session may hold a lock on a relation that changes here.
    endSessions(appLogins(names)),
    {
      text: `INSERT INTO public.withheld_grants (tenant_id, relation, privilege)
             SELECT $1, * FROM unnest($2::text[], $3::text[]) ON CONFLICT DO NOTHING`,
      values: [id, kept.map(({ relation }) => relation), kept.map(({ privilege }) => privilege)],
    },
    ...revoked,
  ];
}

function reopen({ id, schema, roles }: TenantNames, { withheld }: BoundsObservation): Statement[] {
  if (withheld.length === 0) return [];
  const granted = withheld.map(({ relation, privilege }) => ({
    text: `GRANT ${privilege} ON ${identifier(schema)}.${identifier(relation)} TO ${identifier(roles.readWrite)}`,
  }));
  return [...granted, { text: "DELETE FROM public.withheld_grants WHERE tenant_id = $1", values: [id] }];
}

function granteeOf(grantee: string): string {
  return grantee === "public" ? "PUBLIC" : identifier(grantee);
}

function isClosed(
  row: Pick<BoundsObservation, "id" | "level" | "bytes">,
  desired: readonly DesiredBounds[],
): boolean {
  const bound = desired.find(({ id }) => id === row.id)?.storage ?? Number.POSITIVE_INFINITY;
  return refusesWrites(storageLevel(row.bytes, bound, row.level));
}

/** Includes grants on whole relations and on columns. */
async function writeGrants(postgres: Postgres, ids: readonly string[]): Promise<Map<string, WriteGrant[]>> {
  if (ids.length === 0) return new Map();
  const rows = await postgres.query<WriteGrant & { id: string }>(
    `SELECT DISTINCT substring(n.nspname FROM 3) AS id, c.relname AS relation, a.privilege_type AS privilege,
            CASE WHEN a.grantee = 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END AS grantee
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (
       SELECT * FROM aclexplode(c.relacl)
       UNION ALL
       SELECT granted.* FROM pg_attribute t, aclexplode(t.attacl) AS granted WHERE t.attrelid = c.oid
     ) AS a
     WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'f')
       AND a.privilege_type IN ('INSERT', 'UPDATE') AND a.grantee <> c.relowner`,
    [ids.map((id) => tenantNames("", id).schema)],
  );
  return byId(rows);
}

async function withheldGrants(postgres: Postgres): Promise<Map<string, Omit<WriteGrant, "grantee">[]>> {
  const rows = await postgres.query<Omit<WriteGrant, "grantee"> & { id: string }>(
    `SELECT w.tenant_id AS id, w.relation, w.privilege FROM public.withheld_grants w
     JOIN pg_namespace n ON n.nspname = 't_' || w.tenant_id
     JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = w.relation`,
  );
  return byId(rows);
}

function byId<Row extends { id: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ id }) => id);
}
