import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MigrationFault } from "./migration-fault.ts";

/** One numbered SQL file. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
  readonly sql: string;
}

const fileName = /^(?<version>\d{4})_(?<name>[a-z0-9_]+)\.sql$/;

/**
 * Reads the migrations of a directory in the order in which they apply. Throws when a file is not named
 * `0001_what_it_does.sql` or when the numbers are not 1, 2, 3, … without gap or repetition.
 */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const files = (await readdir(directory)).sort();
  const migrations = await Promise.all(files.map((file) => readMigration(directory, file)));
  for (const [index, migration] of migrations.entries()) {
    if (migration.version === index + 1) continue;
    throw new MigrationFault(
      `${directory}/${files[index]}: expected number ${index + 1}, found ${migration.version}; ` +
        "give each migration the next free number",
    );
  }
  if (migrations.length === 0)
    throw new MigrationFault(`${directory} holds no migration: expected 0001_….sql`);
  return migrations;
}

async function readMigration(directory: string, file: string): Promise<Migration> {
  const { version, name } = fileName.exec(file)?.groups ?? {};
  if (version === undefined || name === undefined) {
    throw new MigrationFault(`${directory}/${file}: expected a name like 0001_what_it_does.sql`);
  }
  const sql = await readFile(join(directory, file), "utf8");
  const checksum = createHash("sha256").update(sql).digest("hex");
  return { version: Number(version), name, checksum, sql };
}
