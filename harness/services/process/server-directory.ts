import { chown, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { owner } from "./unprivileged.ts";

/**
 * Creates a directory that the server owns: a temporary one, which its guard removes, or `<keptIn>/<name>`, which may
 * already exist.
 */
export async function serverDirectory(name: string, keptIn?: string): Promise<string> {
  const directory =
    keptIn === undefined ? await mkdtemp(join(tmpdir(), `dotmac-${name}-`)) : join(keptIn, name);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await give(directory);
  return directory;
}

/** Writes files (relative path → content) that only the server may read. */
export async function writeFiles(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    if ((await mkdir(dirname(path), { recursive: true })) !== undefined) await give(dirname(path));
    await writeFile(path, content, { mode: 0o600 });
    await give(path);
  }
}

/** Gives a file or directory to the account of the servers. */
async function give(path: string): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}
