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
 * Reads the migrations of these directories in the order in which they apply: by their numbers, which are one order over
 * all directories. Throws when a file is not named `0001_what_it_does.sql` or when the numbers are not 1, 2, 3, … without
 * gap or repetition.
 */
export async function readMigrations(...directories: readonly string[]): Promise<readonly Migration[]> {
  const files = (await Promise.all(directories.map(filesOf))).flat().sort(byName);
  const migrations = await Promise.all(files.map(readMigration));
  for (const [index, { version }] of migrations.entries()) {
    if (version === index + 1) continue;
    throw new MigrationFault(
      `${pathOf(files[index])}: expected number ${index + 1}, found ${version}; ` +
        `give each migration the next free number${twin(files, index)}`,
    );
  }
  if (migrations.length === 0)
    throw new MigrationFault(`${directories.join(", ")} holds no migration: expected 0001_….sql`);
  return migrations;
}

interface MigrationFile {
  readonly directory: string;
  readonly name: string;
}

async function filesOf(directory: string): Promise<MigrationFile[]> {
  return (await readdir(directory)).map((name) => ({ directory, name }));
}

function byName(one: MigrationFile, other: MigrationFile): number {
  return one.name < other.name ? -1 : 1;
}

function pathOf(file: MigrationFile | undefined): string {
  return `${file?.directory}/${file?.name}`;
}

/** The other file with the same number, for the message. */
function twin(files: readonly MigrationFile[], index: number): string {
  const before = files[index - 1];
  const repeats = before !== undefined && before.name.slice(0, 4) === files[index]?.name.slice(0, 4);
  return repeats ? ` (${pathOf(before)} has it already)` : "";
}

async function readMigration(file: MigrationFile): Promise<Migration> {
  const { version, name } = fileName.exec(file.name)?.groups ?? {};
  if (version === undefined || name === undefined) {
    throw new MigrationFault(`${pathOf(file)}: expected a name like 0001_what_it_does.sql`);
  }
  const sql = await readFile(join(file.directory, file.name), "utf8");
  const checksum = createHash("sha256").update(sql).digest("hex");
  return { version: Number(version), name, checksum, sql };
}
