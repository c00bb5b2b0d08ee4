import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { contentHash } from "../machine/content-hash.ts";
import { checkout, directories } from "../machine/directories.ts";

/** The folders that the bundles of all workspaces use, beside their own. */
export const sharedSources: readonly string[] = ["contract", "process"];

/** Bundles a workspace into its `dist`, unless neither its sources nor the bundle changed since the last time. */
export async function bundle(workspace: string): Promise<void> {
  const stamp = join(directories().cache, "bundles", contentHash(checkout, [], checkout, workspace));
  if ((await readFile(stamp, "utf8").catch(() => "")) === sourcesAndResult(workspace)) return;
  await execa("npm", ["run", "--silent", "bundle", `--workspace=${workspace}`], { cwd: checkout });
  await mkdir(dirname(stamp), { recursive: true });
  await writeFile(stamp, sourcesAndResult(workspace));
}

function sourcesAndResult(workspace: string): string {
  const files = readdirSync(join(checkout, workspace))
    .filter((name) => name !== "node_modules")
    .map((name) => join(workspace, name));
  return contentHash(checkout, ["package-lock.json", ...sharedSources, ...files]);
}
