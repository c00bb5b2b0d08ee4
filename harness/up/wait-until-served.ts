import { IspClient } from "../demo/isp-client.ts";
import { sampleNames } from "../demo/sample-tenants.ts";
import { clusterKubectl } from "../kubernetes/kubectl.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import type { Progress } from "../machine/progress.ts";
import { until } from "../machine/until.ts";

/** Waits until the gateway serves the sample ISPs. It learns of a new host a moment after its creation. */
export async function waitUntilServed(cluster: RunningCluster, progress: Progress): Promise<void> {
  const { gateway, platformCa } = cluster;
  if (gateway === undefined) return; // the gateway's address was not given
  const kubectl = clusterKubectl(cluster);
  for (const name of sampleNames) {
    const host = await kubectl(["get", "tenant", name, "--output=jsonpath={.spec.hosts[0]}"]);
    progress(host);
    const client = new IspClient({ host, ...gateway, ca: platformCa.certificate });
    try {
      await until(
        `https://${host} to answer through the gateway`,
        async () => (await client.call("GET", "/openapi.json")).status === 200 || undefined,
      );
    } finally {
      await client.close();
    }
  }
}
