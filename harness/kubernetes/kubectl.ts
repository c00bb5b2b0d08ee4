import { delimiter } from "node:path";
import { execa } from "execa";
import type { RunningCluster } from "./provider.ts";

/** Runs kubectl against one cluster. @throws ExecaError with kubectl's output. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

/** The environment of a command for this cluster: KUBECONFIG, and PATH with kubectl and helm. */
export function clusterEnvironment(
  cluster: Pick<RunningCluster, "kubeconfig" | "toolPaths">,
): Record<"KUBECONFIG" | "PATH", string> {
  const path = [...cluster.toolPaths, process.env.PATH].filter(Boolean).join(delimiter);
  return { KUBECONFIG: cluster.kubeconfig, PATH: path };
}

export function clusterKubectl(cluster: Pick<RunningCluster, "kubeconfig" | "toolPaths">): Kubectl {
  const env = clusterEnvironment(cluster);
  return async (args, input) => {
    const { stdout } = await execa("kubectl", args, { env, ...(input === undefined ? {} : { input }) });
    return stdout;
  };
}
