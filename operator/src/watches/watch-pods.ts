import { essentials } from "../kubernetes/objects/essentials.ts";
import { kinds, type Pod } from "../kubernetes/objects/kinds.ts";
import type { Reflector } from "../kubernetes/watch/reflector.ts";
import type { Change } from "../kubernetes/watch/store.ts";
import { type WatchContext, watchKind } from "../kubernetes/watch/watch-kinds.ts";
import type { Owners } from "./owners.ts";
import { ours } from "./selections.ts";

/** Watches tenants' pods for start failures and their end. The Deployment shows everything else. */
export function watchPods(context: WatchContext, owners: Owners): Reflector<Pod>[] {
  return watchKind<Pod>(context, kinds.pod, {
    after: owners.known,
    parts: [{ selection: ours }],
    limits: { counts: owners.counts, reduce: troubleOnly },
    onChange: (change) => {
      if (changesTrouble(change)) owners.enqueueOwnerOf(change.object);
    },
  });
}

type ContainerStatus = NonNullable<NonNullable<Pod["status"]>["containerStatuses"]>[number];
const unnamed = { name: "", image: "", imageID: "", ready: false, restartCount: 0 };

function changesTrouble(change: Change<Pod>): boolean {
  if (change.type !== "updated") return change.type === "deleted";
  return troubleOf(change.object) !== troubleOf(change.previous);
}

function troubleOf({ status }: Pod): string {
  const containers = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  return [status?.phase, ...containers.map(reasonOf)].join("/");
}

function reasonOf({ state }: ContainerStatus): string {
  return state?.waiting?.reason ?? state?.terminated?.reason ?? "";
}

/** Drops all other fields, because pods are many and large. */
function troubleOnly(pod: Pod): Pod {
  const { apiVersion, kind, metadata } = essentials(pod, "dotmac.io/");
  const { phase, initContainerStatuses, containerStatuses } = pod.status ?? {};
  const status = {
    ...(phase !== undefined && { phase }),
    ...(initContainerStatuses && { initContainerStatuses: initContainerStatuses.map(stateOnly) }),
    ...(containerStatuses && { containerStatuses: containerStatuses.map(stateOnly) }),
  };
  return { apiVersion, kind, metadata, status };
}

function stateOnly(status: ContainerStatus): ContainerStatus {
  return { ...unnamed, state: { waiting: { reason: reasonOf(status) } } };
}
