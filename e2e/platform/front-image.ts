import { join } from "node:path";
import { checkout } from "../cluster/directories.ts";
import { nodeBase } from "../cluster/images/node-base.ts";
import type { Progress } from "../cluster/progress.ts";
import type { RunningCluster } from "../cluster/provider.ts";
import { bundle } from "../operator/bundle.ts";

/** The image of what stands before the shared servers, where the cluster's nodes have it. */
export async function frontImage(cluster: RunningCluster, progress: Progress): Promise<string> {
  await bundle("operator");
  const recipe = {
    name: "front",
    context: join(checkout, "operator"),
    dockerfile: "front.Dockerfile",
    files: ["dist/front"],
    localBase: nodeBase,
  };
  return cluster.provideImage(recipe, progress);
}
