import type { Postgres } from "../../clients/postgres/postgres.ts";
import { identifier } from "../../clients/postgres/quote.ts";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { namePatterns, type TenantNames } from "../model/names.ts";
import { endSessions } from "./end-sessions.ts";

/**
 * The relations of a schema from which its migrator's login is disabled. Two sessions that do not see each other's
 * relations can each reach the bound of `dotmac.bound_schema` (bootstrap.sql) without a fault, so this is twice that.
 */
export const mostRelations = 4_000;

/** The number of relations in the tenant's schema, as bootstrap.sql counts them; 0 without a schema. */
export async function countRelations(postgres: Postgres, { schema }: TenantNames): Promise<number> {
  const [row] = await postgres.query<{ relations: string }>(
    "SELECT relations FROM pg_namespace, dotmac.schema_counts(pg_namespace.oid) WHERE nspname = $1",
    [schema],
  );
  return Number(row?.relations ?? 0);
}

/**
 * Disables each migrator's login whose schema has, or whose owner's role owns in any schema, more than `mostRelations`.
 * Ends its sessions, and returns the logins.
 * No event trigger sees `EXPLAIN ANALYZE CREATE TABLE … AS`, nor some cases of `REINDEX` (docs/decisions/0027), so the
 * bound of bootstrap.sql alone does not stop a stolen login. The step of migrations enables no login of such a schema.
 *
 * Call it every second: a login can make 1,000 relations in that time.
 */
export async function endOversizedMigrations(postgres: Postgres, epoch: number): Promise<string[]> {
  const oversized = await postgres.query<{ login: string }>(
    `SELECT rolname AS login FROM pg_roles AS migrator
     JOIN pg_namespace ON nspname = left(rolname, -length('_migrator'))
     CROSS JOIN dotmac.schema_counts(pg_namespace.oid)
     WHERE rolname ~ $1 AND rolcanlogin AND $2 < greatest(relations, (
       SELECT count(*) FROM pg_shdepend
       WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND classid = 'pg_class'::regclass
         AND refobjid IN (SELECT roleid FROM pg_auth_members WHERE member = migrator.oid)))`,
    [namePatterns.migrator, mostRelations],
  );
  const logins = oversized.map(({ login }) => login);
  if (logins.length === 0) return [];
  const disable = logins.map((login) => ({ text: `ALTER ROLE ${identifier(login)} NOLOGIN` }));
  // The sessions end after the commit: before it, an ended session could log in again.
  await runStatements(postgres, epoch, disable);
  await runStatements(postgres, epoch, [endSessions(logins)]);
  return logins;
}
