import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** A file or folder in the cache. */
export interface CacheEntry {
  readonly path: string;
  /** The name and the hash of its sources; undefined for an unfinished entry. */
  readonly version: { readonly name: string; readonly key: string } | undefined;
  /** Time of the last use. */
  readonly usedAt: Date;
}

/** The entries of a cache folder, named `<name>-<key>`; empty if the folder does not exist. */
export async function entriesOf(folder: string): Promise<CacheEntry[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const entries = names.map(async (file) => {
    const path = join(folder, file);
    const found = await stat(path).catch(() => undefined); // moved to its final place by a build
    return found === undefined ? [] : [{ path, version: versionOf(file), usedAt: found.mtime }];
  });
  return (await Promise.all(entries)).flat();
}

function versionOf(file: string): CacheEntry["version"] {
  const [, name, key] = /^(.+)-([0-9a-f]{16})(?:\.tar)?$/.exec(file) ?? [];
  return name === undefined || key === undefined ? undefined : { name, key };
}
