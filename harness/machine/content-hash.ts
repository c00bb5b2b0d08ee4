import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** A short hash of files (by path, mode and content; folders with all their content) and of further facts. */
export function contentHash(root: string, paths: readonly string[], ...facts: readonly unknown[]): string {
  const hash = createHash("sha256").update(JSON.stringify(facts));
  for (const path of paths.toSorted()) addTo(hash, root, path);
  return hash.digest("hex").slice(0, 16);
}

function addTo(hash: ReturnType<typeof createHash>, root: string, path: string): void {
  const full = join(root, path);
  const stat = lstatSync(full);
  if (stat.isDirectory()) {
    for (const name of readdirSync(full).toSorted()) addTo(hash, root, join(path, name));
    return;
  }
  const executable = (stat.mode & 0o111) !== 0 ? "x" : "-";
  const content = stat.isSymbolicLink() ? readlinkSync(full) : readFileSync(full);
  hash.update(`\0${path}\0${executable}\0${content.length}\0`).update(content);
}
