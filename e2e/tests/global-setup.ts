import type { TestProject } from "vitest/node";
import { chooseProvider } from "../cluster/choose-provider.ts";
import type { RunningCluster } from "../cluster/provider.ts";
import { providers } from "../cluster/providers.ts";

/** What a test may know of the cluster, as plain values: it crosses a process boundary. */
export interface ClusterFacts
  extends Pick<RunningCluster, "kubeconfig" | "toolPaths" | "auditLog" | "outside"> {
  readonly gateway: NonNullable<RunningCluster["gateway"]>;
  /** PEM of the authority that signed what the gateway shows. */
  readonly ca: string;
}

declare module "vitest" {
  export interface ProvidedContext {
    cluster: ClusterFacts;
  }
}

/** Finds the cluster that `make up` has brought; starting it belongs to make, which shows its progress. */
export default async function setup(project: TestProject): Promise<void> {
  const provider = await chooseProvider(process.env.CLUSTER, providers);
  const cluster = await provider.find();
  if (cluster?.gateway === undefined) {
    throw new Error("These tests need a running cluster with a gateway. Start it with: make up");
  }
  const { kubeconfig, toolPaths, auditLog, outside, gateway, platformCa } = cluster;
  project.provide("cluster", {
    kubeconfig,
    toolPaths,
    auditLog,
    outside,
    gateway,
    ca: platformCa.certificate,
  });
}
