import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../../machine/directories.ts";
import { type LockedPackages, parseLock } from "./production-packages.ts";

/**
 * npm's record of the installed packages
 * (https://docs.npmjs.com/cli/configuring-npm/package-lock-json#hidden-lockfiles).
 */
export async function readInstalled(): Promise<LockedPackages> {
  return parseLock(await readFile(join(checkout, "node_modules/.package-lock.json"), "utf8"));
}

/** One line per installed package that the lock file lacks or has in another version. */
export function differences(installed: LockedPackages, locked: LockedPackages): string[] {
  return Object.entries(installed)
    .filter(([path, { link }]) => path.startsWith("node_modules/") && !link)
    .flatMap(([path, { version, integrity }]) => {
      const expected = locked[path];
      if (expected === undefined) return [`${path} ${version} is installed, and package-lock.json has none`];
      if (expected.version === version && expected.integrity === integrity) return [];
      return [`${path} ${version} is installed, and package-lock.json says ${expected.version}`];
    });
}
