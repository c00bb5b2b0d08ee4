import { hasSqlState } from "../../../clients/postgres/errors.ts";
import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { identifier } from "../../../clients/postgres/quote.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { endSessions } from "../../database/end-sessions.ts";
import { namePatterns, type TenantNames } from "../../model/names.ts";

/** Objects of one transaction: each object takes a place in the server's table of locks. */
const objectBatch = 200;

/**
 * Destroys all that the server has of one tenant, whatever its roles have left behind: objects in batches,
 * the roles last, so that a role that cannot go keeps no data. Nothing here evaluates what a tenant has defined.
 */
export async function destroyDatabase(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const roles = await existingRoles(postgres, names);
  // An administrator may have revoked a membership from the operator.
  const join = roles.map((role) => ({ text: `GRANT ${identifier(role)} TO CURRENT_USER` }));
  await runStatements(postgres, epoch, [...join, ...(roles.length > 0 ? [endSessions(roles)] : [])]);
  await dropObjects(postgres, epoch, names.schema);
  await revokeHandedOn(postgres, epoch, roles);
  await runStatements(postgres, epoch, [
    // Default privileges, rights on foreign objects and policies would prevent dropping the roles.
    ...roles.map((role) => ({ text: `DROP OWNED BY ${identifier(role)} CASCADE` })),
    { text: `DROP SCHEMA IF EXISTS ${identifier(names.schema)} CASCADE` },
    { text: "DELETE FROM public.tenant_migrations WHERE tenant_id = $1", values: [names.id] },
    { text: "DELETE FROM public.licenses WHERE tenant_id = $1", values: [names.id] },
    { text: "DELETE FROM public.login_marks WHERE login = ANY ($1)", values: [Object.values(names.roles)] },
  ]);
  await runStatements(postgres, epoch, [
    { text: `DROP TABLE IF EXISTS audit.${identifier(names.schema)}` },
    ...roles.map((role) => ({ text: `DROP ROLE IF EXISTS ${identifier(role)}` })),
  ]);
}

/** The existing roles in the order in which they can be dropped. */
async function existingRoles(postgres: Postgres, { roles }: TenantNames): Promise<string[]> {
  const desired = [roles.appA, roles.appB, roles.migrator, roles.readWrite, roles.owner];
  const found = await postgres.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
    [desired],
  );
  return desired.filter((role) => found.some(({ rolname }) => rolname === role));
}

/** An object that is dropped takes further ones with it, such as its keys. */
const outOfLocks = "53200";

/**
 * Statements that drop the smallest parts first, so that none needs more locks than the server has: indexes and
 * partitions before their tables, tables before the sequences that belong to them, then functions.
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
      if (size === 1 || !hasSqlState(error, outOfLocks)) throw error;
      size = Math.ceil(size / 4);
    }
  }
}

/**
 * Revokes rights that another role granted by its grant option. Only that role can revoke them, and DROP OWNED keeps
 * them. A right on a column is revoked with those on its table.
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
