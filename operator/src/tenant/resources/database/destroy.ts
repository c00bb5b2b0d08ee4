import type { Postgres } from "../../../clients/postgres/postgres.ts";
import { identifier } from "../../../clients/postgres/quote.ts";
import { runStatements } from "../../../clients/postgres/run-statements.ts";
import { endSessions } from "../../database/sessions/end-sessions.ts";
import { allLogins, type TenantNames } from "../../model/names/names.ts";
import { inBatches } from "./in-batches.ts";
import { revokeHandedOn } from "./revoke-handed-on.ts";

/** Objects of one transaction: each object takes a place in the server's table of locks. */
const objectBatch = 200;

/**
 * Destroys all that the server has of one tenant, with all that its roles have left behind: objects in batches,
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
async function existingRoles(postgres: Postgres, names: TenantNames): Promise<string[]> {
  const desired = [...allLogins(names), names.roles.readWrite, names.roles.owner];
  const found = await postgres.query<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)",
    [desired],
  );
  return desired.filter((role) => found.some(({ rolname }) => rolname === role));
}

/**
 * Statements that drop the smallest parts first, so that none needs more locks than the server has: indexes and
 * partitions before their tables, tables before the sequences that belong to them, range types before functions. The
 * constructors of a range type cannot be dropped without it.
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
  SELECT format('DROP TYPE IF EXISTS %s CASCADE', t.oid::regtype), 5
  FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE nspname = $1 AND typtype = 'r'
  UNION ALL
  SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure), 6
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
  WHERE nspname = $1 AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'i')
  ORDER BY turn LIMIT $2`;

function dropObjects(postgres: Postgres, epoch: number, schema: string): Promise<void> {
  return inBatches(objectBatch, async (size) => {
    const statements = await postgres.query<{ text: string }>(dropStatements, [schema, size]);
    await runStatements(postgres, epoch, statements);
    return statements.length > 0;
  });
}
