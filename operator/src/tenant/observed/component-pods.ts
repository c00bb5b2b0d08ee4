import { kinds, type Pod } from "../../kubernetes/objects/kinds.ts";
import type { Component } from "../desired/labels.ts";
import type { Subject } from "../step/subject.ts";

/** More than the quota of any plan allows: two for each of at most 20 replicas, one of an update, one of a migration. */
const mostPods = 64;

/** A tenant's pods of one component, asked from the API server: pods are too many to keep all of them in memory. */
export function componentPods({ plan, world }: Subject, component: Component): Promise<readonly Pod[]> {
  return world.cluster.scan(kinds.pod, (pod) => pod, {
    namespace: plan.names.namespace,
    labelSelector: `app.kubernetes.io/component=${component}`,
    most: mostPods,
  });
}
