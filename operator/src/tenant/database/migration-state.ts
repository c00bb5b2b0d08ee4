import { createHash } from "node:crypto";
import type { Postgres, Statement } from "../../clients/postgres/postgres.ts";
import { identifier, literal } from "../../clients/postgres/quote.ts";
import type { TenantNames } from "../names.ts";
import { endSessions } from "./end-sessions.ts";

/** How far a tenant's schema is, read from the schema itself. */
export interface MigrationState {
  /** The last migration's number; 0 for an empty schema. */
  readonly version: number;
  /** What `imageMark` says of the last image whose Job ran to its end. */
  readonly imageMark: string | null;
  readonly migratorEnabled: boolean;
}

export async function observeMigration(postgres: Postgres, names: TenantNames): Promise<MigrationState> {
  const [row] = await postgres.query<{
    hasTable: boolean;
    imageMark: string | null;
    migratorEnabled: boolean;
  }>(
    `SELECT to_regclass($1) IS NOT NULL AS "hasTable",
            obj_description(to_regnamespace($2), 'pg_namespace') AS "imageMark",
            coalesce((SELECT rolcanlogin FROM pg_roles WHERE rolname = $3), false) AS "migratorEnabled"`,
    [migrationsTable(names), identifier(names.schema), names.roles.migrator],
  );
  return {
    version: row?.hasTable ? await lastVersion(postgres, names) : 0,
    imageMark: row?.imageMark ?? null,
    migratorEnabled: row?.migratorEnabled ?? false,
  };
}

/**
 * Marks a schema as brought up to date by an image whose version only it knows. Every role can read
 * comments: the image's name is hashed.
 */
export function imageMark(image: string): string {
  return `dotmac.io/migrated-by=${createHash("sha256").update(image).digest("hex").slice(0, 16)}`;
}

export function markSchema(names: TenantNames, image: string): Statement {
  return { text: `COMMENT ON SCHEMA ${identifier(names.schema)} IS ${literal(imageMark(image))}` };
}

/** Lets the migrator in, until a time after which a forgotten one is worthless. */
export function enableMigrator(names: TenantNames, verifier: string, until: Date): Statement {
  return {
    text:
      `ALTER ROLE ${identifier(names.roles.migrator)} LOGIN PASSWORD ${literal(verifier)} ` +
      `VALID UNTIL ${literal(until.toISOString())}`,
  };
}

/** Keeps the migrator out and ends what it still has open. */
export function disableMigrator(names: TenantNames): Statement[] {
  return [
    { text: `ALTER ROLE ${identifier(names.roles.migrator)} NOLOGIN PASSWORD NULL` },
    endSessions([names.roles.migrator]),
  ];
}

async function lastVersion(postgres: Postgres, names: TenantNames): Promise<number> {
  const [row] = await postgres.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM ${migrationsTable(names)}`,
  );
  return row?.version ?? 0;
}

function migrationsTable({ schema }: TenantNames): string {
  return `${identifier(schema)}.schema_migrations`;
}
