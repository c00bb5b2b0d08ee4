import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { platformNamespace } from "../namespace.ts";

/** How far the cluster's Vault is, as Kubernetes sees it. */
export interface ObservedVault {
  /** Whether the pod that the StatefulSet asks for now is ready; one that is about to be replaced does not count. */
  readonly settled: boolean;
  /** The id of the container that has begun to listen, in a pod that stays for now; a restart brings another. */
  readonly listening: string | undefined;
  /** Whether it is open: sealed is not ready. */
  readonly ready: boolean;
}

interface StatefulSet {
  readonly kind: "StatefulSet";
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
  };
}

interface Pod {
  readonly kind: "Pod";
  readonly metadata: { readonly deletionTimestamp?: string };
  readonly status?: {
    readonly containerStatuses?: readonly { containerID?: string; started?: boolean; ready: boolean }[];
  };
}

/** One request. */
export async function observeVault(kubectl: Kubectl): Promise<ObservedVault> {
  const ofVault = ["-n", platformNamespace, "-l", "app.kubernetes.io/name=vault"];
  const list = JSON.parse(await kubectl(["get", "statefulsets,pods", ...ofVault, "-o", "json"]));
  const items = list.items as (StatefulSet | Pod)[];
  const statefulSet = items.find((item) => item.kind === "StatefulSet");
  const pod = items.find((item) => item.kind === "Pod" && item.metadata.deletionTimestamp === undefined);
  const container = (pod as Pod | undefined)?.status?.containerStatuses?.[0];
  return {
    settled: isSettled(statefulSet),
    // By the startup probe, which connects: kubectl ends a tunnel at the first connection that is refused.
    listening: container?.started ? container.containerID : undefined,
    ready: container?.ready ?? false,
  };
}

function isSettled(statefulSet: StatefulSet | undefined): boolean {
  const { metadata, status } = statefulSet ?? {};
  return (
    status !== undefined &&
    metadata?.generation === status.observedGeneration &&
    status.updatedReplicas === 1 &&
    status.readyReplicas === 1
  );
}
