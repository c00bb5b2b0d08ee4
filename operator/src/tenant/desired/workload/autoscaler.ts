import type { HorizontalPodAutoscaler } from "../../../kubernetes/objects/kinds.ts";
import type { Autoscaling } from "../../model/blueprint.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { componentLabels } from "../labels.ts";

/** The autoscaler of the runtime's Deployment. It is inactive while the Deployment has no pods. */
export function autoscaler(
  names: TenantNames,
  { minReplicas, maxReplicas, targetCPUUtilizationPercentage }: Autoscaling,
): HorizontalPodAutoscaler {
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "runtime", namespace: names.namespace, labels: componentLabels(names, "runtime") },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "runtime" },
      minReplicas,
      maxReplicas,
      metrics: [
        {
          type: "Resource",
          resource: {
            name: "cpu",
            target: { type: "Utilization", averageUtilization: targetCPUUtilizationPercentage },
          },
        },
      ],
    },
  };
}
