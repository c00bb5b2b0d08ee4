import { stringify } from "yaml";
import { breakGlass } from "../../harness/kubernetes/break-glass.ts";
import { clusterKubectl } from "../../harness/kubernetes/kubectl.ts";
import { runningCluster } from "./running-cluster.ts";

export { breakGlass };

/** The cluster that `make up` brought. */
export const cluster = await runningCluster();

const asAdministrator = clusterKubectl(cluster);

/** Runs kubectl as the cluster's administrator and gives what it printed. @throws with kubectl's own words. */
export function kubectl(...args: readonly string[]): Promise<string> {
  return asAdministrator(args);
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever object the server holds
export async function read(...args: readonly string[]): Promise<any> {
  return JSON.parse(await kubectl("get", ...args, "-o", "json"));
}

/** Creates or updates objects as a platform administrator does, by `kubectl apply`. */
export async function apply(...objects: readonly object[]): Promise<void> {
  const input = objects.map((object) => stringify(object)).join("---\n");
  await asAdministrator(["apply", "-f", "-"], input);
}

/**
 * Runs a program, given as a script for Node, in a running pod, and gives the JSON value that it printed. In tenants'
 * namespaces that takes breaking the glass.
 */
export async function inPod<Result>(namespace: string, target: string, script: string): Promise<Result> {
  const node = ["/nodejs/bin/node", "--input-type=module", "-e", script];
  return JSON.parse(await kubectl("exec", "-n", namespace, target, ...breakGlass, "--", ...node)) as Result;
}
