import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../cluster/directories.ts";
import { nodeBase } from "../cluster/images/node-base.ts";
import type { Progress } from "../cluster/progress.ts";
import type { RunningCluster } from "../cluster/provider.ts";
import { bundle } from "./bundle.ts";

/** The two images of this checkout, where the cluster's nodes have them. */
export interface OperatorImages {
  readonly operator: string;
  readonly runtime: string;
  /** The last migration that the runtime's image brings. */
  readonly schemaVersion: number;
}

/** Bundles the operator and the runtime, builds their images and gives them to the nodes, unless they have them. */
export async function operatorImages(cluster: RunningCluster, progress: Progress): Promise<OperatorImages> {
  progress("bundling the operator and the runtime");
  await Promise.all(["operator", "tenant-runtime"].map(bundle));
  const recipe = (name: string, files: readonly string[]) => ({
    name,
    context: join(checkout, name),
    files,
    localBase: nodeBase,
  });
  return {
    operator: await cluster.provideImage(
      recipe("operator", ["package.json", "sql", "dist/bundle"]),
      progress,
    ),
    runtime: await cluster.provideImage(recipe("tenant-runtime", runtimeFiles), progress),
    schemaVersion: Number(await readFile(join(checkout, "tenant-runtime/dist/schema-version"), "utf8")),
  };
}

const runtimeFiles = [
  ...[
    "dist/main.js",
    "dist/main.js.LEGAL.txt",
    "dist/argon2-worker.js",
    "dist/migrate.js",
    "dist/package.json",
  ],
  ...["dist/schema-version", "dist/migrations", "dist/reference"],
];
