import { join } from "node:path";
import type { ImageRecipe } from "../../images/image-spec.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { checkout } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";
import { bundle } from "../bundle.ts";

/** Needs the operator's bundles. */
export const frontRecipe: ImageRecipe = {
  name: "front",
  context: join(checkout, "operator"),
  dockerfile: "front.Dockerfile",
  files: ["dist/front"],
  base: "node",
};

/** Builds the image of the fronts before the shared servers and loads it into the cluster's nodes. */
export async function frontImage(cluster: RunningCluster, progress: Progress): Promise<string> {
  await bundle("operator");
  return cluster.provideImage(frontRecipe, progress);
}
