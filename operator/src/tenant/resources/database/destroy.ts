import { DatabaseError } from "pg";
import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { identifier } from "../../../clients/postgres/quote.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { endSessions } from "../../database/end-sessions.ts";
import { namePatterns, type TenantNames } from "../../model/names.ts";

/** Objects or rows of one transaction: each object takes a place in the server's table of locks. */
const objectBatch = 200;
const rowBatch = 10_000;

/**
 * Destroys all that the server has of one tenant, whatever its roles have left behind: objects and rows in batches,
 * the roles last, so that a role that cannot go keeps no data. Nothing here evaluates what a tenant has defined.
 */
export async function destroyDatabase(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const roles = await existingRoles(postgres, names);
  // An administrator may have taken a membership from the operator.
  const join = roles.map((role) => ({ text: `GRANT ${identifier(role)} TO CURRENT_USER` }));
  await runStatements(postgres, epoch, [...join, ...(roles.length > 0 ? [endSessions(roles)] : [])]);
  await dropObjects(postgres, epoch, names.schema);
  await revokeHandedOn(postgres, epoch, roles);
  await runStatements(postgres, epoch, [
    // Default privileges, rights on others' objects and policies would keep the roles for good.
    ...roles.map((role) => ({ text: `DROP OWNED BY ${identifier(role)} CASCADE` })),
    { text: `DROP SCHEMA IF EXISTS ${identifier(names.schema)} CASCADE` },
    { text: "DELETE FROM public.tenant_migrations WHERE tenant_id = $1", values: [names.id] },
    { text: "DELETE FROM public.licenses WHERE tenant_id = $1", values: [names.id] },
  ]);
  await deleteAudit(postgres, epoch, names.id);
  await runStatements(
    postgres,
    epoch,
    roles.map((role) => ({ text: `DROP ROLE IF EXISTS ${identifier(role)}` })),
  );
}

/** In the order in which they can be dropped. */
async function existingRoles(postgres: Postgres, { roles }: TenantNames): Promise<string[]> {
  const wanted = [roles.appA, roles.appB, roles.migrator, roles.readWrite, roles.owner];
  const found = await postgres.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
    [wanted],
  );
  return wanted.filter((role) => found.some(({ rolname }) => rolname === role));
}

/**
 * The smallest parts first, so that none needs more locks than there are: indexes and partitions before their tables,
 * tables before the sequences that belong to them, then functions.
 */
const dropStatements = `
  SELECT format('DROP %s IF EXISTS %s CASCADE',
                CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
                             WHEN 'S' THEN 'SEQUENCE' WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, c.oid::regclass) AS text,
         CASE WHEN relkind = 'i' THEN 0 WHEN relispartition THEN 1 WHEN relkind IN ('r', 'p', 'f') THEN 2
              WHEN relkind = 'S' THEN 4 ELSE 3 END AS turn
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
  WHERE nspname = $1 AND (relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    OR relkind = 'i' AND NOT relispartition AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid))
  UNION ALL
  SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure), 5
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = $1
  ORDER BY turn LIMIT $2`;

async function dropObjects(postgres: Postgres, epoch: number, schema: string): Promise<void> {
  for (let size = objectBatch; ; ) {
    const statements = await postgres.query<{ text: string }>(dropStatements, [schema, size]);
    if (statements.length === 0) return;
    try {
      await runStatements(postgres, epoch, statements);
    } catch (error) {
      if (size === 1 || !lacksLocks(error)) throw error;
      size = Math.ceil(size / 4);
    }
  }
}

/** SQLSTATE 53200: an object that is dropped takes further ones with it, such as its keys. */
function lacksLocks(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof DatabaseError && error.cause.code === "53200";
}

/**
 * Rights that a third role gave on by its grant option: only that role can take them back, and DROP OWNED leaves them.
 * A right on a column goes with those on its table.
 */
async function revokeHandedOn(postgres: Postgres, epoch: number, roles: readonly string[]): Promise<void> {
  const found = await postgres.query<{ grantor: string; object: string; grantee: string }>(
    `WITH objects AS (
       SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || oid::regclass AS object, relacl AS acl FROM pg_class
       UNION ALL SELECT 'TABLE ' || attrelid::regclass, attacl FROM pg_attribute
       UNION ALL SELECT 'SCHEMA ' || oid::regnamespace, nspacl FROM pg_namespace
       UNION ALL SELECT 'ROUTINE ' || oid::regprocedure, proacl FROM pg_proc
       UNION ALL SELECT 'TYPE ' || oid::regtype, typacl FROM pg_type)
     SELECT DISTINCT pg_get_userbyid(grantor) AS grantor, object, pg_get_userbyid(grantee) AS grantee
     FROM objects CROSS JOIN LATERAL aclexplode(acl)
     WHERE pg_get_userbyid(grantee) = ANY ($1) AND pg_get_userbyid(grantor) ~ '${namePatterns.role}'`,
    [roles],
  );
  await runStatements(
    postgres,
    epoch,
    found.flatMap(({ grantor, object, grantee }) => [
      { text: `SET LOCAL ROLE ${identifier(grantor)}` },
      { text: `REVOKE ALL ON ${object} FROM ${identifier(grantee)} CASCADE` },
      { text: "RESET ROLE" },
    ]),
  );
}

async function deleteAudit(postgres: Postgres, epoch: number, id: string): Promise<void> {
  const some = `DELETE FROM public.audit_logs
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM public.audit_logs WHERE tenant_id = $1 LIMIT ${rowBatch})) RETURNING 1`;
  for (;;) {
    const gone = await postgres.fenced(epoch, (transaction) =>
      transaction.query<{ count: number }>(`WITH gone AS (${some}) SELECT count(*)::int AS count FROM gone`, [
        id,
      ]),
    );
    if ((gone[0]?.count ?? 0) < rowBatch) return;
  }
}
