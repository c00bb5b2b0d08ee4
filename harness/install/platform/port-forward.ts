import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { clusterEnvironment } from "../../kubernetes/kubectl.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { platformNamespace } from "../namespace.ts";

/** A loopback port of this machine that leads to a port of a pod, ready or not. */
export interface PortForward extends AsyncDisposable {
  readonly port: number;
}

/** Opens a tunnel through the API server. Throws with kubectl's words when the pod does not run. */
export async function portForward(cluster: RunningCluster, pod: string, port: number): Promise<PortForward> {
  const args = ["port-forward", "-n", platformNamespace, `pod/${pod}`, `:${port}`, "--address=127.0.0.1"];
  const env = { ...process.env, ...clusterEnvironment(cluster) };
  const kubectl = spawn("kubectl", args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(kubectl, "close");
  const errors: string[] = [];
  kubectl.stderr.on("data", (chunk) => errors.push(String(chunk)));
  const local = await Promise.race([localPort(kubectl), ended.then(() => undefined)]);
  if (local === undefined) {
    throw new Error(`expected a tunnel to port ${port} of the pod ${pod}, got: ${errors.join("").trim()}`);
  }
  const stop = async () => {
    kubectl.kill();
    await ended;
  };
  return { port: local, [Symbol.asyncDispose]: stop };
}

/** The port that kubectl says it chose. */
function localPort({ stdout }: ChildProcess): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  // Read on after the first line: a pipe that nobody empties would stop kubectl.
  if (stdout !== null) {
    createInterface({ input: stdout }).on("line", (line) => {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  }
  return promise;
}
