import { setTimeout as pause } from "node:timers/promises";
import type { Migration } from "./migrations-directory.ts";

/** The part of a `pg.Client` that migrating needs; several statements in one text must be allowed. */
export interface MigrationConnection {
  query(text: string): Promise<unknown>;
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<{ rows: Row[] }>;
}

/** Where to migrate, and as whom. */
export interface MigrationTarget {
  readonly schema: string;
  /** Owns the schema; the connection's login may become it. */
  readonly ownerRole: string;
  /** Gets SELECT, INSERT, UPDATE and DELETE on everything in the schema. */
  readonly writerRole: string;
}

interface AppliedMigration {
  version: number;
  name: string;
  checksum: string;
}

/**
 * Brings the schema to the last of `migrations`, each in its own transaction, and returns that version.
 * Several callers at once are safe: a lock on the table of applied migrations puts them in line, and each
 * looks again once it holds it. Throws, with that migration rolled back, when one fails, when an applied
 * one was edited, or when the schema is newer than `migrations`.
 */
export async function migrate(
  connection: MigrationConnection,
  target: MigrationTarget,
  migrations: readonly Migration[],
  onApplied: (migration: Migration) => void,
): Promise<number> {
  await createState(connection, target);
  for (const migration of migrations) {
    const isNew = await asOwner(connection, target, () => applyOnce(connection, migration, migrations));
    if (isNew) onApplied(migration);
  }
  await asOwner(connection, target, async () => {
    // Two GRANTs on one object at once fail with "tuple concurrently updated".
    await takeTurn(connection);
    await grant(connection, target);
  });
  return migrations.length;
}

async function createState(connection: MigrationConnection, target: MigrationTarget): Promise<void> {
  try {
    await asOwner(connection, target, () => connection.query(stateTable));
  } catch (error) {
    // IF NOT EXISTS does not cover two sessions that create the table at the same moment.
    if (!isUniqueViolation(error)) throw error;
  }
}

const stateTable = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version    integer     PRIMARY KEY,
    name       text        NOT NULL,
    checksum   text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`;

/** How long a migration is repeated that does not get a lock, and how long it leaves the queue to others in between. */
const lockPatienceMs = 60_000;
const lockPauseMs = 500;

/**
 * Runs `work` as one transaction, and repeats it while another session holds a lock that it needs. Each attempt waits
 * only shortly, because everybody else waits behind it (docs/decisions/0027).
 */
async function asOwner<Result>(
  connection: MigrationConnection,
  target: MigrationTarget,
  work: () => Promise<Result>,
): Promise<Result> {
  const end = performance.now() + lockPatienceMs;
  for (;;) {
    try {
      return await attemptAsOwner(connection, target, work);
    } catch (error) {
      if (!isLockTimeout(error) || performance.now() > end) throw error;
      await pause(lockPauseMs);
    }
  }
}

/** Through a pooler in transaction mode nothing outlives a transaction, so each sets its role and path. */
async function attemptAsOwner<Result>(
  connection: MigrationConnection,
  target: MigrationTarget,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.query("BEGIN");
  try {
    await connection.query(`SET LOCAL ROLE ${identifier(target.ownerRole)}`);
    await connection.query(`SET LOCAL search_path = ${identifier(target.schema)}`);
    const result = await work();
    await connection.query("COMMIT");
    return result;
  } catch (error) {
    await connection.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Advisory locks are not available to tenants; this mode conflicts with itself and not with readers. */
async function takeTurn(connection: MigrationConnection): Promise<void> {
  await connection.query("LOCK TABLE schema_migrations IN SHARE ROW EXCLUSIVE MODE");
}

async function applyOnce(
  connection: MigrationConnection,
  migration: Migration,
  migrations: readonly Migration[],
): Promise<boolean> {
  await takeTurn(connection);
  const { rows: applied } = await connection.query<AppliedMigration>(
    "SELECT version, name, checksum FROM schema_migrations ORDER BY version",
    [],
  );
  requireSameHistory(applied, migrations);
  if (applied.length >= migration.version) return false;
  await apply(connection, migration);
  return true;
}

function requireSameHistory(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  for (const { version, name, checksum } of applied) {
    const known = migrations[version - 1];
    if (known === undefined) {
      throw new Error(
        `the schema is at version ${applied.length}, this image brings ${migrations.length}: ` +
          "use an image that brings at least the schema's version",
      );
    }
    if (known.checksum === checksum && known.name === name) continue;
    throw new Error(
      `migration ${version} was applied as ${name} (SHA-256 ${checksum}) but is now ${known.name} ` +
        `(${known.checksum}): put the file back as it was and write the change as a new migration`,
    );
  }
}

async function apply(connection: MigrationConnection, migration: Migration): Promise<void> {
  const before = await transactionId(connection);
  try {
    // The application must not queue behind a lock that a migration is still waiting for.
    await connection.query("SET LOCAL lock_timeout = '250ms'");
    await connection.query(migration.sql);
  } catch (error) {
    throw new Error(`migration ${migration.version} (${migration.name}) failed and was rolled back`, {
      cause: error,
    });
  }
  if ((await transactionId(connection)) !== before) {
    throw new Error(
      `migration ${migration.version} (${migration.name}) ended its transaction: ` +
        "remove BEGIN, COMMIT and ROLLBACK from the file",
    );
  }
  await connection.query("INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)", [
    migration.version,
    migration.name,
    migration.checksum,
  ]);
}

async function transactionId(connection: MigrationConnection): Promise<string | undefined> {
  const { rows } = await connection.query<{ id: string }>("SELECT pg_current_xact_id()::text AS id", []);
  return rows[0]?.id;
}

async function grant(
  connection: MigrationConnection,
  { schema, writerRole }: MigrationTarget,
): Promise<void> {
  const [within, writer] = [identifier(schema), identifier(writerRole)];
  await connection.query(`
    GRANT USAGE ON SCHEMA ${within} TO ${writer};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${within} TO ${writer};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${within} TO ${writer};
    REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM ${writer};
  `);
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function isUniqueViolation(error: unknown): boolean {
  return codeOf(error) === "23505";
}

/** lock_not_available, by itself or as what a migration failed of. */
function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === "55P03" || (error instanceof Error && codeOf(error.cause) === "55P03");
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
