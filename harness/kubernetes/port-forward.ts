import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { clusterEnvironment } from "./kubectl.ts";
import type { RunningCluster } from "./provider.ts";

/** The end of a tunnel. */
export interface TunnelEnd {
  readonly namespace: string;
  /** `pod/<name>`, ready or not, or `service/<name>` for one of its pods. */
  readonly target: string;
  readonly port: number;
}

/** A loopback port of this machine that leads to a port of a pod. */
export interface PortForward extends AsyncDisposable {
  readonly port: number;
}

/** Opens a tunnel through the API server. Throws with kubectl's output when no pod runs there. */
export async function portForward(
  cluster: Pick<RunningCluster, "kubeconfig" | "toolPaths">,
  { namespace, target, port }: TunnelEnd,
): Promise<PortForward> {
  const args = ["port-forward", `--namespace=${namespace}`, target, `:${port}`, "--address=127.0.0.1"];
  const env = { ...process.env, ...clusterEnvironment(cluster) };
  const kubectl = spawn("kubectl", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(kubectl, "close");
  const errors: string[] = [];
  kubectl.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const local = await Promise.race([localPort(kubectl), ended.then(() => undefined)]);
  if (local === undefined) {
    throw new Error(
      `expected a tunnel to port ${port} of ${target} in ${namespace}, got: ${errors.join("").trim()}`,
    );
  }
  const stop = async () => {
    kubectl.kill();
    await ended;
  };
  return { port: local, [Symbol.asyncDispose]: stop };
}

/** The port in kubectl's output. */
function localPort({ stdout }: ChildProcess): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  // Keeps reading, because a full pipe would block kubectl.
  if (stdout !== null) {
    createInterface({ input: stdout }).on("line", (line) => {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  }
  return promise;
}
