import type { Pod } from "../../kubernetes/objects/kinds.ts";

type ContainerStatus = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];

/** The end of a container. */
export type Terminated = NonNullable<NonNullable<ContainerStatus["state"]>["terminated"]>;

/** Whether the kernel killed a container for its memory use, as the kubelet reports it. */
export function isOutOfMemory({ reason }: Terminated): boolean {
  return reason === "OOMKilled";
}
