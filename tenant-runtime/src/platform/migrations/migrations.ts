import {
  applyMigration,
  createHistory,
  lockHistory,
  type MigrationHistory,
  type MigrationTransaction,
  refuseNewerSchema,
} from "../../../../process/migrations/apply-migration.ts";
import type { Migration } from "../../../../process/migrations/migrations-directory.ts";
import { repeatWhileLocked } from "../../../../process/migrations/repeat-while-locked.ts";

/** The part of a `pg.Client` that migrations need. A text may contain several statements. */
export interface MigrationConnection {
  query(text: string): Promise<unknown>;
  query<Row extends object>(text: string, values: readonly unknown[]): Promise<{ rows: Row[] }>;
}

/** The schema to migrate and the roles to use. */
export interface MigrationTarget {
  readonly schema: string;
  /** Owns the schema. The connection's login may set this role. */
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
 * Brings the schema to the last of `migrations`, each in its own transaction, and returns that version. Concurrent
 * callers are safe: each waits for a lock on the table of applied migrations, and then reads the table again.
 * Throws, with that migration rolled back, if one fails, if an applied one was edited, or if the schema is newer
 * than `migrations`.
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
    // Two concurrent GRANTs on one object fail with "tuple concurrently updated".
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

function asOwner<Result>(
  connection: MigrationConnection,
  target: MigrationTarget,
  work: () => Promise<Result>,
): Promise<Result> {
  return repeatWhileLocked(() => attemptAsOwner(connection, target, work));
}

/** With a pooler in transaction mode, settings end with the transaction, so each sets its role and path. */
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

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
