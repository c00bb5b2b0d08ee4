import { essentials } from "../kubernetes/objects/essentials.ts";
import type { KubernetesObject } from "../kubernetes/objects/kinds.ts";

/** What the operator has made. */
export const ours = { labelSelector: "app.kubernetes.io/managed-by=dotmac-operator" };

/** Of resources of our own: their schemas bound the rest, and nothing else in their metadata is ours to read. */
export const boundedBySchema = {
  reduce: <T extends KubernetesObject>(object: T) => essentials(object, "dotmac.io/"),
  mostBytes: () => Number.POSITIVE_INFINITY,
};

/** The namespace that an object is in, or is. */
export function placeOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? metadata.name;
}
