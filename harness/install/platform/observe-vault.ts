import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { platformNamespace } from "../namespace.ts";

/** The state of the cluster's Vault in Kubernetes. */
export interface ObservedVault {
  /** Whether the pod of the current StatefulSet is ready. A pod that will be replaced does not count. */
  readonly settled: boolean;
  /** The id of the listening container, in a pod that stays for now. A restart brings another id. */
  readonly listening: string | undefined;
  /** Whether it is unsealed, because a sealed Vault is not ready. */
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

/** Observes with one request. */
export async function observeVault(kubectl: Kubectl): Promise<ObservedVault> {
  const ofVault = ["-n", platformNamespace, "-l", "app.kubernetes.io/name=vault"];
  const list = JSON.parse(await kubectl(["get", "statefulsets,pods", ...ofVault, "-o", "json"]));
  const items = list.items as (StatefulSet | Pod)[];
  const statefulSet = items.find((item) => item.kind === "StatefulSet");
  const pod = items.find((item) => item.kind === "Pod" && item.metadata.deletionTimestamp === undefined);
  const container = (pod as Pod | undefined)?.status?.containerStatuses?.[0];
  return {
    settled: isSettled(statefulSet),
    // The startup probe connects. Before it succeeds, kubectl would end a tunnel at the first refused connection.
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
