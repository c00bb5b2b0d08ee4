import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Something that the cache holds. */
export interface CacheEntry {
  readonly path: string;
  /** Of what, by the hash of what it was made from; undefined for what is no finished version of anything. */
  readonly version: { readonly name: string; readonly key: string } | undefined;
  /** When it was last asked for. */
  readonly usedAt: Date;
}

/** What is in a folder of the cache, by `<name>-<key>`; nothing where there is no such folder. */
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
