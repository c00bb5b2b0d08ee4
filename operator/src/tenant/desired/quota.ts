import type { LimitRange, ResourceQuota } from "../../controller/kinds.ts";
import type { Blueprint } from "../blueprint.ts";
import { cpuQuantity, memoryQuantity, parseQuantity } from "../quantity.ts";
import { tenantLabels } from "./labels.ts";
import { jobResources } from "./migration-job.ts";

/**
 * How many objects the namespace may have of each kind that the operator, the API server or etcd pays for: what the
 * operator and Kubernetes' own controllers make, as much again during an update, and some that distributions and
 * cert-manager add. Of what nobody makes there, none.
 */
const objectCounts: Readonly<Record<string, string>> = {
  "count/configmaps": "12",
  "count/secrets": "24",
  "count/serviceaccounts": "8",
  "count/services": "6",
  "count/networkpolicies.networking.k8s.io": "12",
  "count/ingresses.networking.k8s.io": "4",
  "count/poddisruptionbudgets.policy": "2",
  "count/deployments.apps": "2",
  "count/replicasets.apps": "12",
  "count/jobs.batch": "6",
  "count/roles.rbac.authorization.k8s.io": "8",
  "count/rolebindings.rbac.authorization.k8s.io": "8",
  "count/statefulsets.apps": "0",
  "count/daemonsets.apps": "0",
  "count/replicationcontrollers": "0",
  "count/cronjobs.batch": "0",
};

/**
 * What the namespace may use in all: every pod of the runtime, as many again that are draining during
 * an update, a surge pod and one migration Job.
 */
export function resourceQuota(plan: Blueprint): ResourceQuota {
  const runtimePods = 2 * plan.replicas + 1;
  const sum = (of: "requests" | "limits", resource: "cpu" | "memory") =>
    runtimePods * parseQuantity(plan.resources[of][resource]) + parseQuantity(jobResources[of][resource]);
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "tenant", namespace: plan.names.namespace, labels: tenantLabels(plan.names) },
    spec: {
      hard: {
        "requests.cpu": cpuQuantity(sum("requests", "cpu")),
        "requests.memory": memoryQuantity(sum("requests", "memory")),
        "limits.cpu": cpuQuantity(sum("limits", "cpu")),
        "limits.memory": memoryQuantity(sum("limits", "memory")),
        pods: String(runtimePods + 1),
        persistentvolumeclaims: "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        ...objectCounts,
      },
    },
  };
}

/** What one container gets when it names nothing, and may have at most. */
export function limitRange(plan: Blueprint): LimitRange {
  const larger = (resource: "cpu" | "memory") =>
    Math.max(parseQuantity(plan.resources.limits[resource]), parseQuantity(jobResources.limits[resource]));
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "tenant", namespace: plan.names.namespace, labels: tenantLabels(plan.names) },
    spec: {
      limits: [
        {
          type: "Container",
          defaultRequest: { ...plan.resources.requests },
          default: { ...plan.resources.limits },
          max: { cpu: cpuQuantity(larger("cpu")), memory: memoryQuantity(larger("memory")) },
        },
      ],
    },
  };
}
