import type { Workload } from "../../../../../contract/labels.ts";
import type { PodDisruptionBudget } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { componentLabels, componentSelector } from "../labels.ts";

/** Allows a node drain to evict one pod at a time. A pod that is not ready never blocks the drain. */
export function disruptionBudget(names: TenantNames, component: Workload = "runtime"): PodDisruptionBudget {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: component, namespace: names.namespace, labels: componentLabels(names, component) },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: componentSelector(component) },
    },
  };
}
