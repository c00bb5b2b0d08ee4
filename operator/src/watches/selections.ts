import { labelKeys, labelSelector, managedByOperator } from "../../../contract/labels.ts";
import { essentials } from "../kubernetes/objects/essentials.ts";
import type { KubernetesObject } from "../kubernetes/objects/kinds.ts";

/** Selects the operator's own objects. */
export const ours = { labelSelector: labelSelector({ [labelKeys.managedBy]: managedByOperator }) };

/**
 * Limits for DotMac's own resources. Their schemas bound the spec and status; of the metadata only the operator's keys
 * are kept.
 */
export const boundedBySchema = {
  reduce: <T extends KubernetesObject>(object: T) => essentials(object, "dotmac.io/"),
  mostBytes: () => Number.POSITIVE_INFINITY,
};

/** The object's namespace, or its name if the object is a namespace. */
export function placeOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? metadata.name;
}
