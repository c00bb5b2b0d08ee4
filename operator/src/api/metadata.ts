import type { OwnerReference } from "../kubernetes/client/object.ts";

/** The fields of Kubernetes' ObjectMeta that the operator reads, in their JSON form. */
export interface ObjectMeta {
  name: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  /** RFC 3339, in UTC. */
  creationTimestamp: string;
  /** RFC 3339, in UTC. Present after a deletion request. */
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}
