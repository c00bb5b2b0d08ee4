import { essentials } from "../kubernetes/objects/essentials.ts";
import type { KubernetesObject } from "../kubernetes/objects/kinds.ts";

/** Selects the objects that the operator has made. */
export const ours = { labelSelector: "app.kubernetes.io/managed-by=dotmac-operator" };

/** Limits for DotMac's own resources: their schemas bound the rest, and of their metadata only the operator's own is kept. */
export const boundedBySchema = {
  reduce: <T extends KubernetesObject>(object: T) => essentials(object, "dotmac.io/"),
  mostBytes: () => Number.POSITIVE_INFINITY,
};

/** The namespace that an object is in, or is. */
export function placeOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? metadata.name;
}
