import { readdirSync } from "node:fs";
import { join } from "node:path";
import { contentHash } from "../../machine/content-hash.ts";
import { checkout } from "../../machine/directories.ts";
import { sharedSources } from "../bundle.ts";

/** The sources of the operator, the runtime and their charts. */
const sources = ["charts", "crds", "operator", "tenant-runtime", ...sharedSources];

const made = new Set(["node_modules", "dist"]);

/** A hash of this checkout, as it is on the disk. */
export function checkoutVersion(root = checkout): string {
  const files = sources.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => !made.has(name))
      .map((name) => join(folder, name)),
  );
  return contentHash(root, ["package-lock.json", ...files]);
}
