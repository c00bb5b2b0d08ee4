import type { Kubectl } from "../../kubernetes/kubectl.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import type { Progress } from "../../machine/progress.ts";
import { frontImage } from "./front-image.ts";
import { type PlatformImages, platformImages } from "./platform-images.ts";

interface EndpointSlice {
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly endpoints: readonly { addresses: readonly string[] }[];
  readonly ports: readonly { port: number }[];
}

/** The chart's values for a development or test cluster. Local images are built and loaded first. */
export async function platformValues(
  cluster: RunningCluster,
  kubectl: Kubectl,
  certificatesRevision: string,
  progress: Progress,
): Promise<Record<string, object>> {
  const common = {
    network: { apiServer: await apiServerPeers(kubectl) },
    certificates: { revision: certificatesRevision },
    front: { image: await frontImage(cluster, progress) },
  };
  // Tests search the log for secrets.
  const postgres = { logStatement: "all" };
  if (cluster.imageSource === "upstream") return { ...common, postgres };
  return { ...common, ...imageValues(await platformImages(cluster, progress), postgres) };
}

function imageValues(images: PlatformImages, postgres: object) {
  return {
    postgres: { ...postgres, image: images.postgres },
    // Debian 12's version 1.18 does not know the setting.
    pgbouncer: { image: images.pgbouncer, maxPreparedStatements: null },
    redis: { image: images.redis },
    edge: { image: images.edge },
    vault: {
      image: images.vault,
      command: "vault",
      // One of Vault's embedded certificates has a negative serial number, which newer Go versions refuse.
      env: { GODEBUG: "x509negativeserial=1" },
    },
  };
}

/** The API server's own addresses. Network policies apply after the translation of the Service `kubernetes`. */
async function apiServerPeers(kubectl: Kubectl): Promise<{ cidr: string; port: number }[]> {
  const selector = "kubernetes.io/service-name=kubernetes";
  const list = JSON.parse(
    await kubectl(["get", "endpointslices", "-n", "default", "-l", selector, "-o", "json"]),
  );
  const peers = (list.items as EndpointSlice[]).flatMap(({ addressType, endpoints, ports }) =>
    endpoints
      .flatMap(({ addresses }) => addresses)
      .flatMap((address) =>
        ports.map(({ port }) => ({ cidr: `${address}/${addressType === "IPv6" ? 128 : 32}`, port })),
      ),
  );
  return peers.toSorted((one, other) => one.cidr.localeCompare(other.cidr));
}
