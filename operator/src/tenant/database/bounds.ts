import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { identifier } from "../../clients/postgres/quote.ts";
import { type TenantNames, tenantNames } from "../model/names.ts";
import { type StorageLevel, storageLevel } from "../model/storage-level.ts";
import { endSessions } from "./end-sessions.ts";

/** What a tenant may hold of the disk that all share. */
export interface BoundsWanted {
  readonly id: string;
  /** Bytes of its schema. */
  readonly storage: number;
  readonly auditRecordsPerDay: number;
}

/** A right to add data in a tenant's schema that somebody but the owner of the relation has. */
export interface WriteGrant {
  readonly relation: string;
  /** `public` for everybody. */
  readonly grantee: string;
  readonly privilege: "INSERT" | "UPDATE";
}

/** What a tenant holds, and what is refused to it because of that. */
export interface BoundsObservation {
  readonly id: string;
  readonly level: StorageLevel;
  readonly auditFull: boolean;
  readonly bytes: number;
  /** Audit records of this day of UTC; counted to one more than is allowed. */
  readonly auditRecords: number;
  /** Looked at only where the level is `closed` or would be. */
  readonly writeGrants: readonly WriteGrant[];
  /** Rights that were taken and whose relation is still there. */
  readonly withheld: readonly Omit<WriteGrant, "grantee">[];
}

/** The bytes of the whole database on disk: cheap, for it reads sizes of files only. */
export async function databaseBytes(postgres: Postgres): Promise<number> {
  const [row] = await postgres.query<{ bytes: string }>(
    "SELECT pg_database_size(current_database()) AS bytes",
  );
  return Number(row?.bytes);
}

/** Observes any number of tenants, of which none can make it evaluate or wait for anything; see bootstrap.sql. */
export async function observeBounds(
  postgres: Postgres,
  wanted: readonly BoundsWanted[],
): Promise<BoundsObservation[]> {
  const rows = await postgres.query<
    Omit<BoundsObservation, "bytes" | "writeGrants" | "withheld"> & { bytes: string }
  >(
    `SELECT l.tenant_id AS id, l.storage AS level, l.audit_full AS "auditFull", coalesce(s.bytes, 0) AS bytes,
            (SELECT count(*)::int FROM (
               SELECT FROM public.audit_logs a
               WHERE a.tenant_id = l.tenant_id AND a.at >= date_trunc('day', now(), 'UTC') LIMIT w.records + 1) AS today
            ) AS "auditRecords"
     FROM unnest($1::text[], $2::int[]) AS w(id, records)
     JOIN public.licenses l ON l.tenant_id = w.id
     LEFT JOIN dotmac.schema_sizes() AS s ON s.schema_name = 't_' || l.tenant_id`,
    [wanted.map(({ id }) => id), wanted.map(({ auditRecordsPerDay }) => auditRecordsPerDay)],
  );
  const measured = rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
  const closed = new Set(measured.filter((row) => isClosed(row, wanted)).map(({ id }) => id));
  const grants = await writeGrants(postgres, [...closed]);
  const withheld = await withheldGrants(postgres);
  return measured.map((row) => ({
    ...row,
    writeGrants: grants.get(row.id) ?? [],
    withheld: withheld.get(row.id) ?? [],
  }));
}

/** The statements that refuse to a tenant what is beyond its bounds, and give back what is within; none when so already. */
export function boundsDifferences(wanted: BoundsWanted, found: BoundsObservation): Statement[] {
  const names = tenantNames("", wanted.id);
  const level = storageLevel(found.bytes, wanted.storage, found.level);
  const auditFull = found.auditRecords > wanted.auditRecordsPerDay;
  return [
    ...licence(found, level, auditFull),
    ...(level === "closed" ? close(names, found) : reopen(names, found)),
  ];
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

/** Revokes also what the owner's role granted to other roles than `_rw`: a migration may grant any right again. */
function close({ id, schema, roles }: TenantNames, { writeGrants }: BoundsObservation): Statement[] {
  if (writeGrants.length === 0) return [];
  const revoked = writeGrants.map(({ relation, grantee, privilege }) => ({
    text: `REVOKE ${privilege} ON ${identifier(schema)}.${identifier(relation)} FROM ${granteeOf(grantee)} CASCADE`,
  }));
  const kept = writeGrants.filter(({ grantee }) => grantee === roles.readWrite);
  return [
    // A session may hold a lock on what is changed here.
    endSessions([roles.appA, roles.appB]),
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
  wanted: readonly BoundsWanted[],
): boolean {
  const bound = wanted.find(({ id }) => id === row.id)?.storage ?? Number.POSITIVE_INFINITY;
  return storageLevel(row.bytes, bound, row.level) === "closed";
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
