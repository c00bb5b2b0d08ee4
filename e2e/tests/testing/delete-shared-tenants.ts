import { randomBytes } from "node:crypto";
import type { TestProject } from "vitest/node";
import { clusterKubectl } from "../../../harness/kubernetes/kubectl.ts";
import { runningCluster } from "./running-cluster.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The names of the tenants that test files share; a file creates them when it needs them. */
    sharedTenants: { readonly north: string; readonly south: string };
  }
}

/** Names the tenants that the files of this run share, and deletes them at its end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const kubectl = clusterKubectl(await runningCluster());
  const run = randomBytes(3).toString("hex");
  const names = { north: `shared-n-${run}`, south: `shared-s-${run}` };
  project.provide("sharedTenants", names);
  return async () => {
    await kubectl(["delete", "tenant", names.north, names.south, "--ignore-not-found", "--timeout=120s"]);
  };
}
