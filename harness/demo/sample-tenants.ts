import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { clusterKubectl } from "../kubernetes/kubectl.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import { checkout } from "../machine/directories.ts";
import type { Progress } from "../machine/progress.ts";

/** The two ISPs in every cluster of `make up`. */
export const sampleNames = ["north", "south"] as const;

/** Applies the examples as a platform admin does, and waits until both ISPs are Ready. */
export async function applySampleTenants(cluster: RunningCluster, progress: Progress): Promise<void> {
  const kubectl = clusterKubectl(cluster);
  const examples = join(checkout, "crds/examples");
  const files = (await readdir(examples)).filter((name) => name.endsWith(".yaml"));
  await kubectl(["apply", ...files.map((name) => `--filename=${join(examples, name)}`)]);
  progress(`waiting for ${sampleNames.join(" and ")} to be Ready`);
  const tenants = sampleNames.map((name) => `tenant/${name}`);
  await kubectl(["wait", "--for=condition=Ready", ...tenants, "--timeout=180s"]);
}
