import { chooseProvider } from "../../../harness/cluster/choose-provider.ts";
import { providers } from "../../../harness/cluster/providers.ts";
import type { RunningCluster } from "../../../harness/kubernetes/provider.ts";

/** The properties of a running cluster that tests and benchmarks use. */
export interface ClusterFacts
  extends Pick<RunningCluster, "kubeconfig" | "toolPaths" | "routesServices" | "auditLog" | "outside"> {
  readonly gateway: NonNullable<RunningCluster["gateway"]>;
  /** PEM of the authority that signed the gateway's certificates. */
  readonly ca: string;
}

/**
 * Finds the cluster of `make up`. It does not start one, because make does that and shows its progress.
 * @throws when no cluster runs, or one without a gateway.
 */
export async function runningCluster(): Promise<ClusterFacts> {
  const provider = await chooseProvider(process.env.CLUSTER, providers);
  const cluster = await provider.find();
  if (cluster?.gateway === undefined) {
    throw new Error("Expected a running cluster with a gateway, found none. Start it with: make up");
  }
  const { kubeconfig, toolPaths, routesServices, auditLog, outside, gateway, platformCa } = cluster;
  return { kubeconfig, toolPaths, routesServices, auditLog, outside, gateway, ca: platformCa.certificate };
}
