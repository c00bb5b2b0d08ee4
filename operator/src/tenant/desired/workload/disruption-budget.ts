import type { PodDisruptionBudget } from "../../../kubernetes/objects/kinds.ts";
import type { TenantNames } from "../../model/names.ts";
import { componentLabels, componentSelector } from "../labels.ts";

/** Lets a node be drained one pod at a time, and never be held up by a pod that is broken anyway. */
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
