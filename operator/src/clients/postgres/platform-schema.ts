import {
  applyMigration,
  createHistory,
  type MigrationHistory,
} from "../../../../process/migrations/apply-migration.ts";
import { MigrationFault } from "../../../../process/migrations/migration-fault.ts";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";
import { TerminalError } from "../../base/errors.ts";
import type { Postgres, Transaction } from "./postgres.ts";

const history: MigrationHistory = { table: "public.operator_schema" };

/** Milliseconds. A new key takes about four seconds for a million audit records. */
const statementTimeout = 15 * 60_000;

/**
 * Brings the platform's own tables to the newest of the numbered files in `directory`, each in its own transaction, and
 * returns the names of those it ran. Tables that a newer operator has made are left as they are: an older replica may
 * lead once more while the operator is updated.
 * @throws TerminalError PlatformSchema
 */
export async function migratePlatform(postgres: Postgres, directory: string): Promise<string[]> {
  const migrations = await readMigrations(directory).catch(refused);
  await postgres.transaction(prepareHistory);
  const applied: string[] = [];
  for (const migration of migrations) {
    const apply = (transaction: Transaction) =>
      applyMigration(transaction, history, migration, migrations).catch(refused);
    if (await postgres.transaction(apply, { statementTimeout })) applied.push(migration.name);
  }
  return applied;
}

async function prepareHistory(transaction: Transaction): Promise<void> {
  await createHistory(transaction, history);
  // For tables that an operator has made which kept no checksums.
  await transaction.query(`ALTER TABLE ${history.table} ADD COLUMN IF NOT EXISTS checksum text`);
}

function refused(error: unknown): never {
  if (!(error instanceof MigrationFault)) throw error;
  const { message, cause } = error;
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  throw new TerminalError("PlatformSchema", `The tables of the platform: ${why}.`, { cause: error });
}
