import { once } from "node:events";
import { createServer } from "node:net";
import { network } from "../state/layout.ts";

/** The default ports of the cluster's components. */
const neededPorts = {
  2379: "etcd",
  2380: "etcd",
  [network.apiPort]: "kube-apiserver",
  10248: "kubelet",
  10249: "kube-proxy",
  10250: "kubelet",
  10256: "kube-proxy",
  10257: "kube-controller-manager",
  10259: "kube-scheduler",
} as const;

/**
 * @throws an Error with the ports on which another program listens at every address. A listener at another single
 * address does not conflict.
 */
export async function requirePorts(
  ports: Readonly<Record<number, string>> = neededPorts,
  address: string = network.loopback,
): Promise<void> {
  const answers = Object.entries(ports).map(async ([port, component]) =>
    (await isFree(Number(port), address)) ? [] : [`${port} (${component})`],
  );
  const taken = (await Promise.all(answers)).flat();
  if (taken.length === 0) return;
  throw new Error(
    `Other programs of this machine listen on ports that the cluster needs: ${taken.join(", ")}. ` +
      "`ss -ltnp` shows them. Stop them, or use CLUSTER=existing.",
  );
}

/** Whether nothing listens on the port of this address. */
export async function isFree(port: number, address: string): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, address), "listening");
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  } finally {
    server.close();
  }
}
