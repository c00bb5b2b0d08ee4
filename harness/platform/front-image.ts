import { join } from "node:path";
import { checkout } from "../cluster/directories.ts";
import type { ImageSpec } from "../cluster/images/build-image.ts";
import { nodeBase } from "../cluster/images/node-base.ts";
import type { Progress } from "../cluster/progress.ts";
import type { RunningCluster } from "../cluster/provider.ts";
import { bundle } from "../operator/bundle.ts";

/** Needs the operator's bundles. */
export const frontRecipe: ImageSpec = {
  name: "front",
  context: join(checkout, "operator"),
  dockerfile: "front.Dockerfile",
  files: ["dist/front"],
};

/** Builds the image of the fronts before the shared servers and gives it to the cluster's nodes. */
export async function frontImage(cluster: RunningCluster, progress: Progress): Promise<string> {
  await bundle("operator");
  return cluster.provideImage({ ...frontRecipe, localBase: nodeBase }, progress);
}
