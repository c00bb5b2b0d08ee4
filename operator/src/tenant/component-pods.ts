import { kinds, type Pod } from "../controller/kinds.ts";
import type { Component } from "./desired/labels.ts";
import type { Subject } from "./subject.ts";

/** A tenant's pods of one component, asked from the API server: pods are too many to watch all of them. */
export function componentPods({ plan, world }: Subject, component: Component): Promise<readonly Pod[]> {
  return world.cluster.list(kinds.pod, {
    namespace: plan.names.namespace,
    labelSelector: `app.kubernetes.io/component=${component}`,
  });
}
