import { execa } from "execa";
import { clusterEnvironment } from "../cluster/kubectl.ts";
import type { RunningCluster } from "../cluster/provider.ts";
import { platformNamespace } from "./namespace.ts";

/** A loopback port of this machine that leads to a port of a pod, ready or not. */
export interface PortForward extends AsyncDisposable {
  readonly port: number;
}

/** Opens a tunnel through the API server. Throws with kubectl's words when the pod does not run. */
export async function portForward(cluster: RunningCluster, pod: string, port: number): Promise<PortForward> {
  const args = ["port-forward", "-n", platformNamespace, `pod/${pod}`, `:${port}`, "--address=127.0.0.1"];
  const kubectl = execa("kubectl", args, { env: clusterEnvironment(cluster), reject: false });
  const stop = async () => {
    kubectl.kill();
    await kubectl;
  };
  for await (const line of kubectl) {
    const local = /^Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (local === undefined) continue;
    // Leaving the loop must not end the process: the rest of its output is of no interest.
    kubectl.stdout.resume();
    return { port: Number(local), [Symbol.asyncDispose]: stop };
  }
  const { stderr } = await kubectl;
  throw new Error(`expected a tunnel to port ${port} of the pod ${pod}, got: ${stderr.trim()}`);
}
