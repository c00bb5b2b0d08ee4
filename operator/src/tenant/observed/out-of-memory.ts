import type { Pod } from "../../kubernetes/objects/kinds.ts";

type ContainerStatus = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

/** How a container ended. */
export type Terminated = NonNullable<NonNullable<ContainerStatus["state"]>["terminated"]>;

/** Whether the kernel killed a container for its memory, in the kubelet's word. */
export function isOutOfMemory({ reason }: Terminated): boolean {
  return reason === "OOMKilled";
}
