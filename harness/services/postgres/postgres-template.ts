import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { directories } from "../../machine/directories.ts";
import { serverDirectory, writeFiles } from "../process/server-directory.ts";
import { owner, unprivileged } from "../process/unprivileged.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";

const run = promisify(execFile);

/** Part of the template's name in the cache. A change makes a new template. */
const settings = ["--encoding=UTF8", "--locale=C.UTF-8", "--wal-segsize=1", "--auth=scram-sha-256"];

/** The options of `initdb` for every data directory, except its path. */
export const initdbSettings: readonly string[] = ["--username=postgres", "--no-sync", ...settings];

/**
 * Ensures a data directory at `<directory>/data` and returns its superuser's password. `initdb` runs once per version.
 * The user's cache keeps its result.
 */
export async function dataDirectory(binaries: PostgresBinaries, directory: string): Promise<string> {
  const [data, password] = [join(directory, "data"), join(directory, "password")];
  const isComplete = await access(password).then(
    () => true,
    () => false,
  );
  if (!isComplete) {
    await rm(data, { recursive: true, force: true });
    const template = await templateDirectory(binaries);
    // `cp` keeps owners and modes, and copies a thousand small files faster than Node does.
    await run("cp", ["-a", join(template, "data"), data]);
    // Last, because it marks the copy as complete.
    await run("cp", ["-a", join(template, "password"), password]);
  }
  return readFile(password, "utf8");
}

async function templateDirectory(binaries: PostgresBinaries): Promise<string> {
  const cache = join(directories().cache, "services");
  const account = owner === undefined ? "" : `-as-${owner.uid}`;
  const template = join(cache, `postgres-${binaries.release}${account}${settings.join("")}`);
  await access(template).catch(() => makeTemplate(binaries, cache, template));
  return template;
}

async function makeTemplate(binaries: PostgresBinaries, cache: string, template: string): Promise<void> {
  const work = await serverDirectory("initdb");
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const staged = await mkdtemp(join(cache, "staged-"));
  try {
    await writeFiles(work, { password: randomBytes(24).toString("base64url") });
    const paths = [`--pgdata=${work}/data`, `--pwfile=${work}/password`];
    const [program = "", ...rest] = unprivileged([
      join(binaries.directory, "initdb"),
      ...initdbSettings,
      ...paths,
    ]);
    await run(program, rest, { cwd: work });
    await run("cp", ["-a", `${work}/data`, `${work}/password`, staged]);
    await rename(staged, template).catch(keepTheFirst);
  } finally {
    await rm(work, { recursive: true, force: true });
    await rm(staged, { recursive: true, force: true });
  }
}

/** Two runs that start together both create a template. The later one uses the earlier one's. */
function keepTheFirst(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
}
