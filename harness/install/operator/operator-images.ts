import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRecipe } from "../../images/image-spec.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { checkout } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";
import { bundle } from "../bundle.ts";

/** The references of this checkout's two images on the cluster's nodes. */
export interface OperatorImages {
  readonly operator: string;
  readonly runtime: string;
  /** The last migration in the runtime's image. */
  readonly schemaVersion: number;
}

/** The inputs of each image. They are bundles, so both are bundled first. */
export const operatorRecipe = recipe("operator", ["package.json", "sql", "dist/bundle"]);
export const runtimeRecipe = recipe("tenant-runtime", [
  ...["dist/main.js", "dist/main.js.LEGAL.txt", "dist/argon2-worker.js", "dist/guessing-worker.js"],
  ...["dist/migrate.js", "dist/package.json"],
  ...["dist/schema-version", "dist/migrations", "dist/reference"],
]);

/** Bundles the operator and the runtime, builds their images and loads them into the nodes, if needed. */
export async function operatorImages(cluster: RunningCluster, progress: Progress): Promise<OperatorImages> {
  await bundleAll(progress);
  return {
    operator: await cluster.provideImage(operatorRecipe, progress),
    runtime: await cluster.provideImage(runtimeRecipe, progress),
    schemaVersion: Number(await readFile(join(checkout, "tenant-runtime/dist/schema-version"), "utf8")),
  };
}

export async function bundleAll(progress: Progress): Promise<void> {
  progress("bundling the operator and the runtime");
  await Promise.all([operatorRecipe, runtimeRecipe].map(({ name }) => bundle(name)));
}

function recipe(name: string, files: readonly string[]): ImageRecipe {
  return { name, context: join(checkout, name), files, base: "node" };
}
