import { MigrationFault } from "./migration-fault.ts";
import type { Migration } from "./migrations-directory.ts";

/** Runs statements inside one transaction. One text may contain several statements. */
export interface MigrationTransaction {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** The record of a schema's applied migrations, and the lock timeout of a migration. */
export interface MigrationHistory {
  /** The quoted name of the table that `createHistory` makes. */
  readonly table: string;
  /** Lock timeout of a migration's statements. Default: the connection's own. */
  readonly lockTimeoutMs?: number;
}

/** A recorded migration. Its checksum is null if an old operator without checksums applied it. */
interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string | null;
}

/** Creates the table of applied migrations if it does not exist. */
export async function createHistory(
  transaction: MigrationTransaction,
  { table }: MigrationHistory,
): Promise<void> {
  await transaction.query(`
    CREATE TABLE IF NOT EXISTS ${table} (
      version    integer     PRIMARY KEY,
      name       text        NOT NULL,
      checksum   text        NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
}

/**
 * Applies and records one of `migrations` unless it is already recorded. Returns whether it was new. Concurrent callers
 * wait for each other. Use one transaction per migration, and roll it back when this throws.
 * @throws MigrationFault when the migration fails, ends its transaction, or an applied one was edited since
 */
export async function applyMigration(
  transaction: MigrationTransaction,
  history: MigrationHistory,
  migration: Migration,
  migrations: readonly Migration[],
): Promise<boolean> {
  await lockHistory(transaction, history);
  const applied = await appliedMigrations(transaction, history);
  requireUnedited(applied, migrations);
  await recordMissingChecksums(transaction, history, applied, migrations);
  if (applied.some(({ version }) => version === migration.version)) return false;
  await run(transaction, history, migration);
  const { version, name, checksum } = migration;
  await transaction.query(`INSERT INTO ${history.table} (version, name, checksum) VALUES ($1, $2, $3)`, [
    version,
    name,
    checksum,
  ]);
  return true;
}

/**
 * Waits for other callers. This lock mode conflicts with itself but not with readers. Tenants have no advisory locks.
 */
export async function lockHistory(
  transaction: MigrationTransaction,
  { table }: MigrationHistory,
): Promise<void> {
  await transaction.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE`);
}

/** Throws MigrationFault when the schema has more migrations than `migrations`. */
export async function refuseNewerSchema(
  transaction: MigrationTransaction,
  history: MigrationHistory,
  migrations: readonly Migration[],
): Promise<void> {
  const applied = (await appliedMigrations(transaction, history)).length;
  if (applied <= migrations.length) return;
  throw new MigrationFault(
    `the schema is at version ${applied}, this image brings ${migrations.length}: ` +
      "use an image that brings at least the schema's version",
  );
}

/** Throws MigrationFault when the text of an applied migration has changed since. */
export async function refuseEditedMigrations(
  transaction: MigrationTransaction,
  history: MigrationHistory,
  migrations: readonly Migration[],
): Promise<void> {
  requireUnedited(await appliedMigrations(transaction, history), migrations);
}

function appliedMigrations(
  transaction: MigrationTransaction,
  { table }: MigrationHistory,
): Promise<readonly AppliedMigration[]> {
  return transaction.query<AppliedMigration>(`SELECT version, name, checksum FROM ${table} ORDER BY version`);
}

/** Skips migrations of a newer image, because an older image does not have their files. */
function requireUnedited(applied: readonly AppliedMigration[], migrations: readonly Migration[]): void {
  for (const { version, name, checksum } of applied) {
    const known = migrations[version - 1];
    if (known === undefined || checksum === null) continue;
    if (known.checksum === checksum && known.name === name) continue;
    throw new MigrationFault(
      `migration ${version} was applied as ${name} (SHA-256 ${checksum}) but is now ${known.name} ` +
        `(${known.checksum}): put the file back as it was and write the change as a new migration`,
    );
  }
}

async function recordMissingChecksums(
  transaction: MigrationTransaction,
  { table }: MigrationHistory,
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): Promise<void> {
  for (const { version, checksum } of applied) {
    const known = migrations[version - 1];
    if (checksum !== null || known === undefined) continue;
    await transaction.query(`UPDATE ${table} SET name = $2, checksum = $3 WHERE version = $1`, [
      version,
      known.name,
      known.checksum,
    ]);
  }
}

async function run(
  transaction: MigrationTransaction,
  { lockTimeoutMs }: MigrationHistory,
  { version, name, sql }: Migration,
): Promise<void> {
  const before = await transactionId(transaction);
  try {
    if (lockTimeoutMs !== undefined) await transaction.query(`SET LOCAL lock_timeout = ${lockTimeoutMs}`);
    await transaction.query(sql);
  } catch (error) {
    throw new MigrationFault(`migration ${version} (${name}) failed and was rolled back`, { cause: error });
  }
  if ((await transactionId(transaction)) !== before) {
    throw new MigrationFault(
      `migration ${version} (${name}) ended its transaction: remove BEGIN, COMMIT and ROLLBACK from the file`,
    );
  }
}

async function transactionId(transaction: MigrationTransaction): Promise<string | undefined> {
  const [row] = await transaction.query<{ id: string }>("SELECT pg_current_xact_id()::text AS id");
  return row?.id;
}
