import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { binaryDirectory } from "../../../binaries/binary-directory.ts";
import { applyObjects } from "../../../kubernetes/apply-objects.ts";
import { clusterKubectl } from "../../../kubernetes/kubectl.ts";
import { manifest } from "../../../kubernetes/manifest.ts";
import { network, nodeName, paths } from "../state/layout.ts";
import type { ClusterImages } from "./cluster-images.ts";

const volumeCount = 24;

/** Installs DNS, the policy engine and volumes. */
export async function installAddons(images: ClusterImages): Promise<void> {
  const objects = await Promise.all([
    manifest("manifests/coredns-config.yaml"),
    manifest("manifests/coredns.yaml", { IMAGE: images.coredns.reference, DNS_ADDRESS: network.dnsAddress }),
    manifest("manifests/kube-network-policies.yaml", {
      IMAGE: images.networkPolicies.reference,
      NRI: paths.nri,
    }),
    manifest("manifests/storage-class.yaml"),
    localVolumes(),
  ]);
  await applyObjects(clusterKubectl(nativeCluster), objects);
}

export async function waitForAddons(): Promise<void> {
  const run = clusterKubectl(nativeCluster);
  const wait = ["--namespace=kube-system", "rollout", "status", "--timeout=120s"];
  await Promise.all([
    run([...wait, "deployment/coredns"]),
    run([...wait, "daemonset/kube-network-policies"]),
  ]);
}

const nativeCluster = {
  kubeconfig: paths.kubeconfig,
  toolPaths: [binaryDirectory("kubernetes")],
};

/**
 * A fixed set of folders on the node. Each is a volume, and a claim binds to a free one. Their type is `local`, which
 * respects a pod's fsGroup, unlike hostPath.
 */
async function localVolumes(): Promise<string> {
  const names = Array.from(
    { length: volumeCount },
    (_, index) => `local-${String(index + 1).padStart(2, "0")}`,
  );
  await Promise.all(names.map((name) => mkdir(join(paths.volumes, name), { recursive: true, mode: 0o777 })));
  return names.map((name) => stringify(localVolume(name))).join("\n---\n");
}

function localVolume(name: string) {
  const onThisNode = { key: "kubernetes.io/hostname", operator: "In", values: [nodeName] };
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage: "20Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "standard",
      local: { path: join(paths.volumes, name) },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [onThisNode] }] } },
    },
  };
}
