import type { Priority } from "../kubernetes/loop/queue.ts";
import { fingerprint } from "../kubernetes/objects/fingerprint.ts";
import type { KubernetesObject } from "../kubernetes/objects/kinds.ts";
import type { Change } from "../kubernetes/watch/store.ts";
import type { Tenant } from "../tenant/model/kinds.ts";

/** How urgent a change of a Tenant is: a person's comes first; the operator's own status writes are none. */
export function urgencyOf(change: Change<Tenant>): Priority | undefined {
  if (change.type !== "updated") return change.type === "added" ? "person" : "change";
  const { metadata: next } = change.object;
  const { metadata: before } = change.previous;
  if (next.generation !== before.generation) return "person";
  if (next.deletionTimestamp !== before.deletionTimestamp) return "person";
  return isMeant(change) || next.finalizers?.length !== before.finalizers?.length ? "change" : undefined;
}

/** Whether somebody changed what an object shall be, and not only its status and bookkeeping. */
export function isMeant(change: Change<KubernetesObject>): boolean {
  if (change.type !== "updated") return true;
  const { object, previous } = change;
  if (object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp) return true;
  return fingerprint(object) !== fingerprint(previous);
}
