import { read } from "./live-cluster.ts";
import type { SampleTenant } from "./sample-tenant.ts";

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

/** All existing pods, including terminating ones. */
export async function runtimePods({ namespace }: Pick<SampleTenant, "namespace">): Promise<readonly Pod[]> {
  return (await read("pods", "-n", namespace, "-l", "app.kubernetes.io/component=runtime")).items;
}

/** Changes when a pod is replaced or its container restarted. */
export async function lifeOfPods(tenant: Pick<SampleTenant, "namespace">): Promise<readonly string[]> {
  const pods = await runtimePods(tenant);
  return pods
    .map(({ metadata, status }) => `${metadata.uid} ${status.containerStatuses?.[0]?.restartCount ?? "none"}`)
    .sort();
}
