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

/** The chart's values for a cluster of development or tests; local images are built and loaded first. */
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
  // So that a test can look for what must never be in the log.
  const postgres = { logStatement: "all" };
  if (cluster.imageSource === "upstream") return { ...common, postgres };
  return { ...common, ...imageValues(await platformImages(cluster, progress), postgres) };
}

function imageValues(images: PlatformImages, postgres: object) {
  return {
    postgres: { ...postgres, image: images.postgres },
    pgbouncer: { image: images.pgbouncer },
    redis: { image: images.redis },
    vault: {
      image: images.vault,
      command: "vault",
      // One of the certificates that it carries has a negative serial number, which Go has come to refuse.
      env: { GODEBUG: "x509negativeserial=1" },
    },
  };
}

/** Network policies see addresses as they are after the Service `kubernetes` was translated. */
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
