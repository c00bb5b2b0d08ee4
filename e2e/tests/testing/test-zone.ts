import { apply, kubectl, read } from "./live-cluster.ts";

/**
 * A zone in which every Service has a second name: `<service>.<namespace>.svc.cluster.test`. A Tenant may list such a
 * name, because it looks like a name of the internet. The egress proxy must detect its real address.
 */
export const testZone = "cluster.test";

/** Configures the cluster's DNS to serve the zone until the scope ends. Only for a cluster of the harness. */
export async function serveTestZone(): Promise<AsyncDisposable> {
  const { data } = await configMap();
  const served = data.Corefile.replace(/^( *kubernetes cluster\.local)(?! cluster\.test)/m, `$1 ${testZone}`);
  if (!served.includes(testZone)) throw new Error(`expected the plugin kubernetes in:\n${data.Corefile}`);
  await setCorefile(served);
  await kubectl("rollout", "restart", "deployment/coredns", "-n", "kube-system");
  await kubectl("rollout", "status", "deployment/coredns", "-n", "kube-system", "--timeout=60s");
  // CoreDNS reloads its file periodically. No test waits for the end of the zone.
  return { [Symbol.asyncDispose]: () => setCorefile(data.Corefile.replace(` ${testZone}`, "")) };
}

function configMap(): Promise<{ data: { Corefile: string } }> {
  return read("configmap", "coredns", "-n", "kube-system");
}

async function setCorefile(Corefile: string): Promise<void> {
  const metadata = { name: "coredns", namespace: "kube-system" };
  await apply({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { Corefile } });
}

/** Creates a Service without pods whose name resolves to these addresses. */
export async function nameFor(
  namespace: string,
  name: string,
  addresses: readonly string[],
): Promise<string> {
  await apply(
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { clusterIP: "None", ports: [{ name: "any", port: 80 }] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name, namespace, labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      ports: [{ name: "any", port: 80 }],
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    },
  );
  return `${name}.${namespace}.svc.${testZone}`;
}
