import { createHash } from "node:crypto";
import { applyObjects } from "../kubernetes/apply-objects.ts";
import { clusterKubectl } from "../kubernetes/kubectl.ts";
import { manifest } from "../kubernetes/manifest.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import type { Progress } from "../machine/progress.ts";

const namespace = "dotmac-gateway";

/** Installs the harness's Ingress controller, which trusts the platform's CA. It does not wait for its pods. */
export async function installGateway(cluster: RunningCluster, progress: Progress): Promise<void> {
  if (cluster.gatewayService === undefined) return; // the cluster brings its own
  const image = await cluster.provideProgram("gateway", progress);
  progress("applying");
  const { certificate } = cluster.platformCa;
  await applyObjects(clusterKubectl(cluster), [
    await manifest("manifests/gateway.yaml", {
      IMAGE: image,
      CA_HASH: createHash("sha256").update(certificate).digest("hex").slice(0, 16),
    }),
    JSON.stringify(platformCa(certificate)),
    JSON.stringify(gatewayService(cluster.gatewayService)),
  ]);
}

function platformCa(certificate: string) {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "platform-ca", namespace },
    data: { "ca.crt": certificate },
  };
}

function gatewayService(reached: NonNullable<RunningCluster["gatewayService"]>) {
  const port = { name: "https", port: 443, targetPort: "https" };
  const labels = { "app.kubernetes.io/name": "gateway" };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "gateway", namespace, labels },
    spec: {
      selector: labels,
      ...("clusterIP" in reached
        ? { clusterIP: reached.clusterIP, ports: [port] }
        : { type: "NodePort", ports: [{ ...port, nodePort: reached.nodePort }] }),
    },
  };
}

export async function waitForGateway(cluster: RunningCluster): Promise<void> {
  if (cluster.gatewayService === undefined) return;
  const wait = ["rollout", "status", "--timeout=120s", "deployment/gateway"];
  await clusterKubectl(cluster)([`--namespace=${namespace}`, ...wait]);
}
