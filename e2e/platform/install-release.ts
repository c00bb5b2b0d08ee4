import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { contentHash } from "../cluster/content-hash.ts";
import { clusterEnvironment } from "../cluster/kubectl.ts";
import type { RunningCluster } from "../cluster/provider.ts";
import { platformNamespace } from "./namespace.ts";

const release = "dotmac-platform";
const chart = fileURLToPath(new URL("../../charts/platform", import.meta.url));

/**
 * Installs the platform's chart or brings it up to date. The release's description holds a hash of the chart and
 * the values: where that is deployed, nothing is done. Its pods are not waited for: Vault is ready only unsealed.
 */
export async function installRelease(cluster: RunningCluster, values: object): Promise<void> {
  const description = `chart and values ${contentHash(chart, ["."], values)}`;
  if ((await deployedDescription(cluster)) === description) return;
  await helm(
    cluster,
    [
      ...["upgrade", "--install", release, chart, `--namespace=${platformNamespace}`],
      ...[`--description=${description}`, "--values=-", "--history-max=3"],
    ],
    JSON.stringify(values),
  );
}

/** Undefined when there is no release, or its last change did not finish. */
async function deployedDescription(cluster: RunningCluster): Promise<string | undefined> {
  const list = [
    "list",
    `--namespace=${platformNamespace}`,
    `--filter=^${release}$`,
    "--deployed",
    "--output=json",
  ];
  const releases = JSON.parse(await helm(cluster, list));
  if (releases.length === 0) return undefined;
  const status = ["status", release, `--namespace=${platformNamespace}`, "--output=json"];
  return JSON.parse(await helm(cluster, status)).info.description;
}

async function helm(cluster: RunningCluster, args: readonly string[], input = ""): Promise<string> {
  const { stdout } = await execa("helm", args, { env: clusterEnvironment(cluster), input });
  return stdout;
}
