import {
  applyMigration,
  createHistory,
  type MigrationHistory,
} from "../../../../process/migrations/apply-migration.ts";
import { MigrationFault } from "../../../../process/migrations/migration-fault.ts";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";
import { repeatWhileLocked } from "../../../../process/migrations/repeat-while-locked.ts";
import { TerminalError } from "../../base/errors.ts";
import type { Postgres, Transaction } from "./postgres.ts";
import { repeatDuring } from "./repeat-during.ts";

/** While a migration waits for its lock, all tenants' queries of the shared table wait behind it. */
const lockTimeoutMs = 100;

const history: MigrationHistory = { table: "public.operator_schema", lockTimeoutMs };

/** Attempts that leave others their locks: five seconds, so longer than a query of a runtime. */
const patientAttempts = 10;

/** Milliseconds. A new key takes about four seconds for a million audit records. */
const statementTimeout = 15 * 60_000;

/**
 * Migrates the platform's own tables to the newest of the numbered files in `directory`, each file in its own
 * transaction, and returns the names of the files it ran. If another session holds a lock that a file needs, it
 * retries for a minute; from the tenth attempt on it calls `endBlockers` while it waits. It does not change tables of
 * a newer operator, because an older replica may lead again during an update of the operator.
 * @throws TerminalError PlatformSchema
 */
export async function migratePlatform(
  postgres: Postgres,
  directory: string,
  endBlockers: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const migrations = await readMigrations(directory).catch(refused);
  await postgres.transaction(prepareHistory);
  const applied: string[] = [];
  for (const migration of migrations) {
    const apply = (transaction: Transaction) =>
      applyMigration(transaction, history, migration, migrations).catch(refused);
    const attempt = () => postgres.transaction(apply, { statementTimeout });
    const isNew = await repeatWhileLocked((failed) =>
      failed < patientAttempts ? attempt() : repeatDuring(attempt(), endBlockers),
    );
    if (isNew) applied.push(migration.name);
  }
  return applied;
}

async function prepareHistory(transaction: Transaction): Promise<void> {
  await createHistory(transaction, history);
  // For tables of an earlier operator, which kept no checksums.
  await transaction.query(`ALTER TABLE ${history.table} ADD COLUMN IF NOT EXISTS checksum text`);
}

function refused(error: unknown): never {
  if (!(error instanceof MigrationFault)) throw error;
  const { message, cause } = error;
  const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
  throw new TerminalError("PlatformSchema", `The tables of the platform: ${why}.`, { cause: error });
}
