import type { Postgres } from "../../clients/postgres/postgres.ts";
import { appLogins, namePatterns, type TenantNames, tenantNames } from "../model/names/names.ts";
import { disableMigrator } from "./migration-state.ts";
import { endSessionsOf } from "./sessions/end-sessions.ts";

/**
 * The relations of a schema from which its migrator's login is disabled. Two sessions that do not see each other's
 * relations can each reach the bound of `dotmac.bound_schema` (bootstrap.sql) without a fault, so this is twice that.
 */
export const mostRelations = 4_000;

/**
 * The locks of one tenant's sessions, of all kinds, from which its migrator's login is disabled. The table of locks
 * holds 158,000 (postgresql.conf). Each object that a transaction drops keeps one until the transaction ends, so one
 * that creates and drops objects again and again fills the table, though its schema stays small. To drop 2,000 tables
 * takes fewer.
 */
export const mostLocks = 40_000;

/** The number of relations in the tenant's schema, as bootstrap.sql counts them; 0 without a schema. */
export async function countRelations(postgres: Postgres, { schema }: TenantNames): Promise<number> {
  const [row] = await postgres.query<{ relations: string }>(
    "SELECT relations FROM pg_namespace, dotmac.schema_counts(pg_namespace.oid) WHERE nspname = $1",
    [schema],
  );
  return Number(row?.relations ?? 0);
}

/**
 * Disables each migrator's login whose schema has, or whose tenant's roles own in any schema, more than `mostRelations`,
 * or whose tenant has a session that locks so many new ones, or sessions that hold more than `mostLocks` locks. Ends those sessions, and returns the migrators' logins.
 * No event trigger sees `EXPLAIN ANALYZE CREATE TABLE … AS`, nor some cases of `REINDEX` (docs/decisions/0027), so the
 * bound of bootstrap.sql alone does not stop a stolen login. The step of migrations enables no login of such a schema.
 *
 * Call it every second: a login can make 1,000 relations, and some 10,000 locks, in that time.
 */
export async function endOversizedMigrations(postgres: Postgres, epoch: number): Promise<string[]> {
  const oversized = await postgres.query<{ id: string }>(
    `SELECT substring(migrator.rolname, $1) AS id FROM pg_roles AS migrator
     JOIN pg_namespace ON nspname = left(migrator.rolname, -length('_migrator'))
     CROSS JOIN dotmac.schema_counts(pg_namespace.oid)
     WHERE migrator.rolname ~ $2 AND migrator.rolcanlogin AND $3 < greatest(relations, (
       SELECT count(*) FROM pg_shdepend JOIN pg_roles AS owner ON owner.oid = refobjid
       WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND classid = 'pg_class'::regclass
         AND starts_with(owner.rolname::text, nspname || '_')))`,
    [namePatterns.role, namePatterns.migrator, mostRelations],
  );
  const ids = new Set([...oversized.map(({ id }) => id), ...(await lockingIds(postgres))]);
  const all = [...ids].map((id) => tenantNames("", id));
  const ends = await Promise.allSettled(all.map((names) => endMigration(postgres, epoch, names)));
  const failed = ends.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return all.map(({ roles }) => roles.migrator);
}

/**
 * The tenants with a session that has made many relations in an open transaction, which no other session sees, and
 * those whose sessions hold many locks.
 */
async function lockingIds(postgres: Postgres): Promise<string[]> {
  const rows = await postgres.query<{ id: string }>(
    `SELECT substring(usename, $1) AS id FROM pg_stat_activity
     JOIN (SELECT pid, count(*) AS held,
             count(*) FILTER (WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock') AS made
           FROM pg_locks GROUP BY pid) AS locks USING (pid)
     WHERE usename ~ $1 GROUP BY 1 HAVING max(made) > $2 OR sum(held) > $3`,
    [namePatterns.role, mostRelations, mostLocks],
  );
  return rows.map(({ id }) => id);
}

/** Disables the migrator's login, and ends all sessions of the tenant's logins. */
export async function endMigration(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  await disableMigrator(postgres, epoch, names);
  // A function that the migrator left may be running.
  await endSessionsOf(postgres, epoch, appLogins(names));
}
