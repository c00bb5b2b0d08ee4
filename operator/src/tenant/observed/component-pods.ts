import { type Component, labelKeys, labelSelector } from "../../../../contract/labels.ts";
import { kinds, type Pod } from "../../kubernetes/objects/kinds.ts";
import type { Subject } from "../step/subject.ts";

/** More than any plan's quota allows: two for each of at most 20 replicas, one for an update, one for a migration. */
const mostPods = 64;

/** A tenant's pods of one component, read from the API server because pods are too many to keep in memory. */
export function componentPods({ blueprint, world }: Subject, component: Component): Promise<readonly Pod[]> {
  return world.cluster.scan(kinds.pod, (pod) => pod, {
    namespace: blueprint.names.namespace,
    labelSelector: labelSelector({ [labelKeys.component]: component }),
    most: mostPods,
  });
}
