import { IspClient } from "../demo/isp-client.ts";
import { sampleNames } from "../demo/sample-tenants.ts";
import { clusterKubectl } from "../kubernetes/kubectl.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import type { Progress } from "../machine/progress.ts";
import { until } from "../machine/until.ts";

/** A gateway learns of a new host a moment after it is there. Waits until it serves those of the sample ISPs. */
export async function waitUntilServed(cluster: RunningCluster, progress: Progress): Promise<void> {
  const { gateway, platformCa } = cluster;
  if (gateway === undefined) return; // nobody told where to ask
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
