import { once } from "node:events";
import { execa } from "execa";
import { stringify } from "yaml";
import { breakGlass } from "../../../harness/kubernetes/break-glass.ts";
import { clusterEnvironment, clusterKubectl } from "../../../harness/kubernetes/kubectl.ts";
import { runningCluster } from "./running-cluster.ts";

export { breakGlass };

/** The cluster of `make up`. */
export const cluster = await runningCluster();

const asAdministrator = clusterKubectl(cluster);

/** Runs kubectl as the cluster's administrator and returns its output. @throws with kubectl's output. */
export function kubectl(...args: readonly string[]): Promise<string> {
  return asAdministrator(args);
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads any object of the server
export async function read(...args: readonly string[]): Promise<any> {
  return JSON.parse(await kubectl("get", ...args, "-o", "json"));
}

/** Creates or updates objects as a platform admin does, by `kubectl apply`. */
export async function apply(...objects: readonly object[]): Promise<void> {
  const input = objects.map((object) => stringify(object)).join("---\n");
  await asAdministrator(["apply", "-f", "-"], input);
}

/**
 * Runs a Node script in a running pod, and returns the JSON value that it printed. In tenants' namespaces this needs
 * the break-glass group.
 */
export async function inPod<Result>(namespace: string, target: string, script: string): Promise<Result> {
  return JSON.parse(await kubectl(...nodeInPod(namespace, target, script))) as Result;
}

/** A program that runs in a pod. */
export interface PodProgram<Result> {
  /** Resolves when it has printed its first line. */
  readonly begun: Promise<void>;
  /** The JSON value of its last line, after its end. */
  readonly result: Promise<Result>;
}

/** Like `inPod`, for a script that prints a line when its work has begun, and its result as the last line. */
export function startInPod<Result>(namespace: string, target: string, script: string): PodProgram<Result> {
  const running = execa("kubectl", nodeInPod(namespace, target, script), {
    env: clusterEnvironment(cluster),
  });
  const result = running.then(({ stdout }) => JSON.parse(stdout.split("\n").at(-1) ?? "") as Result);
  const begun = Promise.race([
    once(running.stdout, "data").then(() => {}),
    running.then(({ stdout }) => {
      if (stdout === "") throw new Error("Expected the program in the pod to print a line, found none");
    }),
  ]);
  // A caller that awaits one of them may not await the other yet when that fails.
  for (const end of [begun, result]) end.catch(() => {});
  return { begun, result };
}

function nodeInPod(namespace: string, target: string, script: string): string[] {
  const node = ["/nodejs/bin/node", "--input-type=module", "-e", script];
  return ["exec", "-n", namespace, target, ...breakGlass, "--", ...node];
}
