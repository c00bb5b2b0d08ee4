import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { TerminalError } from "../../base/errors.ts";
import type { Postgres, Transaction } from "./postgres.ts";

interface NumberedFile {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** Milliseconds. A new key takes about four seconds for a million audit records. */
const statementTimeout = 15 * 60_000;

/**
 * Brings the platform's own tables to the newest of the numbered files in `directory`, each in its own
 * transaction, and returns the names of those it ran.
 */
export async function migratePlatform(postgres: Postgres, directory: string): Promise<string[]> {
  const files = await numberedFiles(directory);
  await postgres.transaction(async (transaction) => {
    await transaction.query(
      `CREATE TABLE IF NOT EXISTS public.operator_schema (
         version int PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
    );
  });
  const applied: string[] = [];
  for (const file of files) {
    const apply = (transaction: Transaction) => applyOnce(transaction, file);
    if (await postgres.transaction(apply, { statementTimeout })) applied.push(file.name);
  }
  return applied;
}

async function applyOnce(transaction: Transaction, file: NumberedFile): Promise<boolean> {
  await transaction.query("LOCK TABLE public.operator_schema IN EXCLUSIVE MODE");
  const known = await transaction.query("SELECT 1 FROM public.operator_schema WHERE version = $1", [
    file.version,
  ]);
  if (known.length > 0) return false;
  await transaction.query(file.sql);
  await transaction.query("INSERT INTO public.operator_schema (version, name) VALUES ($1, $2)", [
    file.version,
    file.name,
  ]);
  return true;
}

async function numberedFiles(directory: string): Promise<NumberedFile[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
      if (number === undefined) {
        throw new TerminalError(
          "PlatformSchema",
          `Expected files named 0001_words.sql in ${directory}, found ${name}.`,
        );
      }
      return { version: Number(number), name, sql: await readFile(join(directory, name), "utf8") };
    }),
  );
}
