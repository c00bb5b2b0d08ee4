import { execa } from "execa";
import { contentHash } from "../machine/content-hash.ts";
import { clusterEnvironment } from "./kubectl.ts";
import type { RunningCluster } from "./provider.ts";

/** One chart of this repository with its values. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
  /** The chart's absolute path. */
  readonly chart: string;
  readonly values: object;
}

/**
 * Installs or updates a chart. The release's description holds a hash of the chart and the values: if that hash is
 * deployed, it does nothing. It does not wait for the pods.
 */
export async function installRelease(cluster: RunningCluster, release: Release): Promise<void> {
  const description = `chart and values ${contentHash(release.chart, ["."], release.values)}`;
  if ((await deployedDescription(cluster, release)) === description) return;
  await helm(
    cluster,
    [
      ...["upgrade", "--install", release.name, release.chart, `--namespace=${release.namespace}`],
      ...[`--description=${description}`, "--values=-", "--history-max=3"],
    ],
    JSON.stringify(release.values),
  );
}

/** Undefined without a release, or when its last change did not finish. */
async function deployedDescription(
  cluster: RunningCluster,
  { name, namespace }: Release,
): Promise<string | undefined> {
  const list = ["list", `--namespace=${namespace}`, `--filter=^${name}$`, "--deployed", "--output=json"];
  const releases = JSON.parse(await helm(cluster, list));
  if (releases.length === 0) return undefined;
  const status = ["status", name, `--namespace=${namespace}`, "--output=json"];
  return JSON.parse(await helm(cluster, status)).info.description;
}

async function helm(cluster: RunningCluster, args: readonly string[], input = ""): Promise<string> {
  const { stdout } = await execa("helm", args, { env: clusterEnvironment(cluster), input });
  return stdout;
}
