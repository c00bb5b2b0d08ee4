import { portForward } from "../../../harness/kubernetes/port-forward.ts";
import { cluster, kubectl } from "../testing/live-cluster.ts";

/** The address from which this machine reaches a port of one of the platform's Services. */
export interface PlatformDoor extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/** The Service itself if this machine reaches it like the tenant's pods do, else a tunnel to one of its pods. */
export async function platformDoor(service: string, port: number): Promise<PlatformDoor> {
  const namespace = "dotmac-system";
  if (cluster.routesServices) {
    const host = await kubectl("get", "service", service, "-n", namespace, "-o=jsonpath={.spec.clusterIP}");
    return { host: host.trim(), port, [Symbol.asyncDispose]: async () => {} };
  }
  const tunnel = await portForward(cluster, { namespace, target: `service/${service}`, port });
  return { host: "127.0.0.1", port: tunnel.port, [Symbol.asyncDispose]: () => tunnel[Symbol.asyncDispose]() };
}
