import type { Priority } from "../kubernetes/loop/queue.ts";
import { fingerprint } from "../kubernetes/objects/fingerprint.ts";
import type { HorizontalPodAutoscaler, KubernetesObject } from "../kubernetes/objects/kinds.ts";
import type { Change } from "../kubernetes/watch/store.ts";
import type { Tenant } from "../tenant/model/kinds.ts";
import { autoscalerFault } from "../tenant/model/reports/autoscaler-fault.ts";

/** The urgency of a Tenant's change. A person's change comes first. The operator's own status writes have none. */
export function urgencyOf(change: Change<Tenant>): Priority | undefined {
  if (change.type !== "updated") return change.type === "added" ? "person" : "change";
  const { metadata: next } = change.object;
  const { metadata: before } = change.previous;
  if (next.generation !== before.generation) return "person";
  if (next.deletionTimestamp !== before.deletionTimestamp) return "person";
  return isMeant(change) || next.finalizers?.length !== before.finalizers?.length ? "change" : undefined;
}

/** Whether an autoscaler has begun or ceased to act. Its status also changes with each of its measurements. */
export function autoscalerTurned(change: Change<HorizontalPodAutoscaler>): boolean {
  if (change.type !== "updated") return true;
  return autoscalerFault(change.object)?.reason !== autoscalerFault(change.previous)?.reason;
}

/** Whether anything other than an object's status and bookkeeping changed. */
export function isMeant(change: Change<KubernetesObject>): boolean {
  if (change.type !== "updated") return true;
  const { object, previous } = change;
  if (object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp) return true;
  return fingerprint(object) !== fingerprint(previous);
}
