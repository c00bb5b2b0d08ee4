import { join } from "node:path";
import type { ImageSpec } from "../../images/image-spec.ts";
import { nodeBase } from "../../images/node-base.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { checkout } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";
import { bundle } from "../bundle.ts";

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
