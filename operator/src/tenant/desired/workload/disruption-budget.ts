import type { PodDisruptionBudget } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { componentLabels, componentSelector } from "../labels.ts";

/** Allows a node drain to evict one pod at a time. A pod that is not ready never blocks the drain. */
export function disruptionBudget(names: TenantNames): PodDisruptionBudget {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "runtime", namespace: names.namespace, labels: componentLabels(names, "runtime") },
    spec: {
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
      selector: { matchLabels: componentSelector("runtime") },
    },
  };
}
