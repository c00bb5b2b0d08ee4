import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { binaryDirectory } from "../binaries/binary-directory.ts";
import { kubectl } from "../kubectl.ts";
import { network, nodeName, paths } from "./layout.ts";
import type { ClusterImages } from "./start.ts";

const volumeCount = 24;
const manifests = join(import.meta.dirname, "../manifests");

/** DNS, the policy engine and volumes. */
export async function installAddons(images: ClusterImages): Promise<void> {
  const objects = await Promise.all([
    manifest("coredns.yaml", { IMAGE: images.coredns.reference, DNS_ADDRESS: network.dnsAddress }),
    manifest("kube-network-policies.yaml", { IMAGE: images.networkPolicies.reference }),
    manifest("storage-class.yaml", {}),
    localVolumes(),
  ]);
  await clusterKubectl()(applyArguments, objects.join("\n---\n"));
}

export const applyArguments = [
  "apply",
  "--server-side",
  "--force-conflicts",
  "--field-manager=dotmac-harness",
  "--filename=-",
];

export async function waitForAddons(): Promise<void> {
  const run = clusterKubectl();
  const wait = ["--namespace=kube-system", "rollout", "status", "--timeout=120s"];
  await Promise.all([
    run([...wait, "deployment/coredns"]),
    run([...wait, "daemonset/kube-network-policies"]),
  ]);
}

export function clusterKubectl() {
  return kubectl(join(binaryDirectory("kubernetes"), "kubectl"), paths.kubeconfig);
}

/** A manifest with its `${NAME}` filled in. @throws an Error that names a value nobody gave. */
export async function manifest(file: string, values: Readonly<Record<string, string>>): Promise<string> {
  const text = await readFile(join(manifests, file), "utf8");
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${file} needs a value for ${name}.`);
    return value;
  });
}

/**
 * A fixed set of folders on the node, each a volume: a claim binds to a free one. They are of type `local`, which
 * unlike hostPath respects a pod's fsGroup.
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
