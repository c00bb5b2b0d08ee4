import { kinds, type Pod } from "../controller/kinds.ts";
import type { Component } from "./desired/labels.ts";
import type { Subject } from "./subject.ts";

/** Twice as many pods as any plan allows, those that are draining included. */
const mostPods = 64;

/** A tenant's pods of one component, asked from the API server: pods are too many to keep all of them in memory. */
export function componentPods({ plan, world }: Subject, component: Component): Promise<readonly Pod[]> {
  return world.cluster.scan(kinds.pod, (pod) => pod, {
    namespace: plan.names.namespace,
    labelSelector: `app.kubernetes.io/component=${component}`,
    most: mostPods,
  });
}
