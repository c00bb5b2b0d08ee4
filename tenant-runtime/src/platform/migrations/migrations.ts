import { setTimeout as pause } from "node:timers/promises";
import {
  applyMigration,
  createHistory,
  lockHistory,
  type MigrationHistory,
  type MigrationTransaction,
  refuseNewerSchema,
} from "../../../../process/migrations/apply-migration.ts";
import type { Migration } from "../../../../process/migrations/migrations-directory.ts";

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

/** In the tenant's schema, which is the path of each transaction. */
const history: MigrationHistory = {
  table: "schema_migrations",
  // The application must not queue behind a lock that a migration is still waiting for.
  lockTimeoutMs: 250,
};

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
  const transaction = transactionOn(connection);
  await createHistoryOnce(connection, target);
  for (const migration of migrations) {
    const isNew = await asOwner(connection, target, async () => {
      const isNew = await applyMigration(transaction, history, migration, migrations);
      await refuseNewerSchema(transaction, history, migrations);
      return isNew;
    });
    if (isNew) onApplied(migration);
  }
  await asOwner(connection, target, async () => {
    // Two GRANTs on one object at once fail with "tuple concurrently updated".
    await lockHistory(transaction, history);
    await grant(connection, target);
  });
  return migrations.length;
}

function transactionOn(connection: MigrationConnection): MigrationTransaction {
  return {
    query: async <Row extends object>(text: string, values?: readonly unknown[]) => {
      if (values !== undefined) return (await connection.query<Row>(text, values)).rows;
      return ((await connection.query(text)) as { rows: Row[] }).rows;
    },
  };
}

async function createHistoryOnce(connection: MigrationConnection, target: MigrationTarget): Promise<void> {
  try {
    await asOwner(connection, target, () => createHistory(transactionOn(connection), history));
  } catch (error) {
    // IF NOT EXISTS does not cover two sessions that create the table at the same moment.
    if (!isUniqueViolation(error)) throw error;
  }
}

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
