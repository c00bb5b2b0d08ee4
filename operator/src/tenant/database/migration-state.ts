import { createHash } from "node:crypto";
import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { identifier, literal } from "../../clients/postgres/quote.ts";
import type { TenantNames } from "../model/names/names.ts";
import { changeRoles } from "./change-roles.ts";

/**
 * The state of a tenant's schema, as its migration Jobs have reported it. The operator never reads the schema itself:
 * its owner may replace any table with a view or add a row policy, and its functions would run with the operator's
 * rights.
 */
export interface MigrationState {
  /** The number of the last migration; null when no Job has reported it. */
  readonly version: number | null;
  /** The `imageMark` of the last image whose Job completed, if it was the Tenant's own image. */
  readonly imageMark: string | null;
  readonly migratorEnabled: boolean;
  /** Whether the tenant holds so much of its storage that no login may be enabled. */
  readonly storageExhausted: boolean;
}

export async function observeMigration(postgres: Postgres, names: TenantNames): Promise<MigrationState> {
  const [row] = await postgres.query<MigrationState>(
    `SELECT version, image_mark AS "imageMark",
            coalesce((SELECT rolcanlogin FROM pg_roles WHERE rolname = $2), false) AS "migratorEnabled",
            EXISTS (SELECT FROM public.licenses WHERE tenant_id = $1 AND storage = 'exhausted') AS "storageExhausted"
     FROM (SELECT) AS one LEFT JOIN public.tenant_migrations ON tenant_id = $1`,
    [names.id, names.roles.migrator],
  );
  return row ?? { version: null, imageMark: null, migratorEnabled: false, storageExhausted: false };
}

/** A short digest that identifies a Tenant's own image. */
export function imageMark(image: string): string {
  return createHash("sha256").update(image).digest("hex").slice(0, 16);
}

/** Stores the report of a Job. */
export function recordMigration(
  { id }: TenantNames,
  { version, imageMark }: Pick<MigrationState, "version" | "imageMark">,
): Statement {
  return {
    text: `INSERT INTO public.tenant_migrations (tenant_id, version, image_mark) VALUES ($1, $2, $3)
           ON CONFLICT (tenant_id) DO UPDATE
           SET version = excluded.version, image_mark = excluded.image_mark, reported_at = now()`,
    values: [id, version, imageMark],
  };
}

/** Enables the migrator's login. It expires at `until`, in case it is not disabled. */
export function enableMigrator(names: TenantNames, verifier: string, until: Date): Statement[] {
  return [
    {
      text:
        `ALTER ROLE ${identifier(names.roles.migrator)} LOGIN PASSWORD ${literal(verifier)} ` +
        `VALID UNTIL ${literal(until.toISOString())}`,
    },
    permitCreation(names),
    permitTruncation(names),
  ];
}

/**
 * Disables the migrator's login and ends its sessions. From then on no login makes anything in the schema: a function
 * that a migration left runs with the owner's rights for every login that may call it, app logins included.
 */
export async function disableMigrator(postgres: Postgres, epoch: number, names: TenantNames): Promise<void> {
  const { migrator } = names.roles;
  await changeRoles(
    postgres,
    epoch,
    [migrator],
    [{ text: `ALTER ROLE ${identifier(migrator)} NOLOGIN PASSWORD NULL` }, ...refuseFiles(names)],
  );
}

/** Lets the owner's role make objects in its schema, which PostgreSQL calls the right CREATE. */
export function permitCreation({ schema, roles }: TenantNames): Statement {
  return { text: `GRANT CREATE ON SCHEMA ${identifier(schema)} TO ${identifier(roles.owner)}` };
}

/**
 * Revokes from the tenant's roles the rights to make files: CREATE on the schema, and TRUNCATE, which gives a table a new
 * file. PostgreSQL keeps that file, and its checkpointer the memory for it, until the next checkpoint, even if the
 * truncation is rolled back: 400,000 of them end the server.
 */
export function refuseFiles(names: TenantNames): Statement[] {
  return [refuseCreation(names), refuseTruncation(names)];
}

/** Lets the owner's role truncate its tables, as a migration may want to. */
function permitTruncation(names: TenantNames): Statement {
  return forOwnTables(names, `GRANT TRUNCATE ON %s TO ${identifier(names.roles.owner)}`);
}

/** Revokes TRUNCATE on all tables from every role of the tenant. Only a migration may grant it again. */
export function refuseTruncation(names: TenantNames): Statement {
  const grantees = Object.values(names.roles).map(identifier).join(", ");
  return forOwnTables(names, `REVOKE TRUNCATE ON %s FROM PUBLIC, ${grantees} CASCADE`, truncatable);
}

/** Whether somebody may truncate the relation of this row of pg_class. */
export const truncatable = `relkind IN ('r', 'p') AND EXISTS (
  SELECT FROM aclexplode(coalesce(relacl, acldefault('r', relowner))) WHERE privilege_type = 'TRUNCATE')`;

/** Runs `command` for the tables of the schema that the tenant's roles own; %s is the table. */
function forOwnTables(
  { schema, roles }: TenantNames,
  command: string,
  condition = "relkind IN ('r', 'p')",
): Statement {
  const owners = Object.values(roles).map(literal).join(", ");
  return {
    text: `DO $do$ DECLARE own regclass; BEGIN
      FOR own IN SELECT pg_class.oid FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
        WHERE relnamespace = ${literal(schema)}::regnamespace AND rolname IN (${owners}) AND ${condition}
      LOOP EXECUTE format(${literal(command)}, own); END LOOP;
    END $do$`,
  };
}

/** Revokes that right from every role that may have it: the owner can grant it to others. */
export function refuseCreation({ schema, roles }: TenantNames): Statement {
  const grantees = Object.values(roles).map(identifier).join(", ");
  return { text: `REVOKE CREATE ON SCHEMA ${identifier(schema)} FROM PUBLIC, ${grantees} CASCADE` };
}
