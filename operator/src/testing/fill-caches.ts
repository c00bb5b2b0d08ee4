import { systemClock } from "../../../process/clock.ts";
import { KubernetesClient } from "../kubernetes/client/client.ts";
import { loadAccess } from "../kubernetes/client/credentials.ts";
import { type Kind, kinds } from "../kubernetes/objects/kinds.ts";
import { Stores } from "../kubernetes/watch/watched-cluster.ts";
import { watchTenants } from "../watches/watch-tenants.ts";

/**
 * The watched copies of an operator in a separate process with a bounded heap. It sends `synced` to its parent once
 * they are complete, and answers every message with the names of its ConfigMaps.
 */
const stores = new Stores();
const client = new KubernetesClient({
  access: loadAccess({ kubeconfigPath: process.argv[2] ?? "" }),
  userAgent: "dotmac-operator/test",
});
const reflectors = watchTenants(
  { client, stores, clock: systemClock, random: Math.random },
  {
    route: { kind: "Ingress" },
    certificates: { mode: "local" },
    adminNamespace: "dotmac-admins",
    platform: { namespace: "dotmac-system", caConfigMap: "platform-ca" },
  },
  () => {},
);
for (const reflector of reflectors) reflector.start();
await Promise.all(reflectors.map(({ synced }) => synced));
process.send?.("synced");
process.on("message", () => {
  const { heapUsed } = process.memoryUsage();
  process.send?.({ heapUsed, configMaps: namesOf(kinds.configMap), jobs: namesOf(kinds.job) });
});

function namesOf(kind: Kind): string[] {
  const objects = stores.of(kind).all();
  return objects.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}
