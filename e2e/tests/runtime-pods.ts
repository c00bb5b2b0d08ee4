import { read } from "./live-cluster.ts";
import type { SampleTenant } from "./sample-tenant.ts";

export interface Pod {
  readonly metadata: { readonly name: string; readonly uid: string };
  readonly status: {
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly { readonly restartCount: number }[];
  };
}

/** All that are there, those on their way out included. */
export async function runtimePods({ namespace }: Pick<SampleTenant, "namespace">): Promise<readonly Pod[]> {
  return (await read("pods", "-n", namespace, "-l", "app.kubernetes.io/component=runtime")).items;
}

/** What would be another if a pod were replaced or its container restarted. */
export async function lifeOfPods(tenant: Pick<SampleTenant, "namespace">): Promise<readonly string[]> {
  const pods = await runtimePods(tenant);
  return pods
    .map(({ metadata, status }) => `${metadata.uid} ${status.containerStatuses?.[0]?.restartCount ?? "none"}`)
    .sort();
}
