import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { checkout } from "../../machine/directories.ts";

const lockedPackage = z.object({
  version: z.string().optional(),
  license: z.unknown().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
});
const lock = z.object({ packages: z.record(z.string(), lockedPackage) });

/** The lock file's entries by npm's installation path (`node_modules/x`, `operator/node_modules/y`). */
export type LockedPackages = z.infer<typeof lock>["packages"];

/** The workspaces whose dependencies get into images. */
export const shippedWorkspaces = ["operator", "tenant-runtime"] as const;

export async function readLock(): Promise<LockedPackages> {
  return parseLock(await readFile(join(checkout, "package-lock.json"), "utf8"));
}

export function parseLock(text: string): LockedPackages {
  return lock.parse(JSON.parse(text)).packages;
}

/**
 * The packages that the workspaces need at run time, as `name@version` → licence, in order. Only these may get into an
 * image. It resolves dependencies like Node (https://nodejs.org/api/modules.html#loading-from-node_modules-folders).
 */
export function productionPackages(
  packages: LockedPackages,
  workspaces: readonly string[] = shippedWorkspaces,
): Map<string, string> {
  const seen = new Set<string>();
  const waiting = [...workspaces];
  for (const path of waiting) {
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = resolve(packages, path, name);
      if (found === undefined || seen.has(found)) continue;
      seen.add(found);
      waiting.push(found);
    }
  }
  const entries = [...seen].map((path) => [keyOf(packages, path), licenceOf(packages, path)] as const);
  return new Map(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function resolve(packages: LockedPackages, from: string, name: string): string | undefined {
  const candidate = from === "" ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  if (candidate in packages) return candidate;
  return from === "" ? undefined : resolve(packages, from.replace(/(^|\/)[^/]*$/, ""), name);
}

function keyOf(packages: LockedPackages, path: string): string {
  return `${path.replace(/^.*node_modules\//, "")}@${packages[path]?.version}`;
}

/** An SPDX expression, or the old list of `{type}`. */
function licenceOf(packages: LockedPackages, path: string): string {
  const { license } = packages[path] ?? {};
  if (Array.isArray(license)) return license.map(({ type }) => type).join(" OR ");
  return typeof license === "string" ? license : "none stated";
}
