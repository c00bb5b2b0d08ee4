import { cpuQuantity, memoryQuantity, parseQuantity } from "../../../../../process/quantity.ts";
import type { LimitRange, ResourceQuota } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import { tenantLabels } from "../labels.ts";
import { jobResources } from "../workload/migration-job.ts";

/**
 * Object counts for every kind that Kubernetes stores in a namespace, and for the kinds of cert-manager and the
 * Gateway API. Each count allows the objects of the operator and the controllers, twice for an update, and a few
 * that distributions add. A kind that is not created there has the count 0. A quota ignores kinds that are not
 * installed.
 */
const objectCounts: Readonly<Record<string, string>> = {
  "count/configmaps": "12",
  "count/secrets": "24",
  "count/serviceaccounts": "8",
  "count/services": "6",
  "count/endpoints": "6",
  "count/endpointslices.discovery.k8s.io": "24",
  "count/resourcequotas": "2",
  "count/limitranges": "2",
  "count/networkpolicies.networking.k8s.io": "12",
  "count/ingresses.networking.k8s.io": "4",
  "count/poddisruptionbudgets.policy": "4",
  "count/deployments.apps": "4",
  "count/horizontalpodautoscalers.autoscaling": "2",
  "count/replicasets.apps": "24",
  "count/jobs.batch": "6",
  "count/roles.rbac.authorization.k8s.io": "8",
  "count/rolebindings.rbac.authorization.k8s.io": "8",
  "count/httproutes.gateway.networking.k8s.io": "4",
  "count/backendtlspolicies.gateway.networking.k8s.io": "2",
  "count/certificates.cert-manager.io": "4",
  "count/certificaterequests.cert-manager.io": "16",
  "count/orders.acme.cert-manager.io": "16",
  "count/challenges.acme.cert-manager.io": "64",
  ...none(
    "statefulsets.apps",
    "daemonsets.apps",
    "controllerrevisions.apps",
    "replicationcontrollers",
    "podtemplates",
    "cronjobs.batch",
    "leases.coordination.k8s.io",
    "podcertificaterequests.certificates.k8s.io",
    "csistoragecapacities.storage.k8s.io",
    "resourceclaims.resource.k8s.io",
    "resourceclaimtemplates.resource.k8s.io",
    "gateways.gateway.networking.k8s.io",
    "grpcroutes.gateway.networking.k8s.io",
    "referencegrants.gateway.networking.k8s.io",
    "issuers.cert-manager.io",
  ),
};

function none(...kinds: readonly string[]): Record<string, string> {
  return Object.fromEntries(kinds.map((kind) => [`count/${kind}`, "0"]));
}

/** Every pod of the runtime, as many draining pods during an update, and one surge pod. */
export function mostRuntimePods({ replicas }: Pick<Blueprint, "replicas">): number {
  return 2 * replicas + 1;
}

/** The same of the workers. */
export function mostWorkers({ workers }: Pick<Blueprint, "workers">): number {
  return workers.replicas === 0 ? 0 : 2 * workers.replicas + 1;
}

/**
 * The limits of the whole namespace: every pod of the runtime and every worker, as many draining pods during an update, one
 * surge pod of each, and one migration Job.
 */
export function resourceQuota(blueprint: Blueprint): ResourceQuota {
  const runtimePods = mostRuntimePods(blueprint);
  const workers = mostWorkers(blueprint);
  const sum = (of: "requests" | "limits", resource: "cpu" | "memory") =>
    runtimePods * parseQuantity(blueprint.resources[of][resource]) +
    workers * parseQuantity(blueprint.workers.resources[of][resource]) +
    parseQuantity(jobResources[of][resource]);
  return {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "tenant", namespace: blueprint.names.namespace, labels: tenantLabels(blueprint.names) },
    spec: {
      hard: {
        "requests.cpu": cpuQuantity(sum("requests", "cpu")),
        "requests.memory": memoryQuantity(sum("requests", "memory")),
        "limits.cpu": cpuQuantity(sum("limits", "cpu")),
        "limits.memory": memoryQuantity(sum("limits", "memory")),
        pods: String(runtimePods + workers + 1),
        persistentvolumeclaims: "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
        ...objectCounts,
      },
    },
  };
}

/** The defaults and the maximum of one container. */
export function limitRange(blueprint: Blueprint): LimitRange {
  const larger = (resource: "cpu" | "memory") =>
    Math.max(
      parseQuantity(blueprint.resources.limits[resource]),
      parseQuantity(blueprint.workers.replicas > 0 ? blueprint.workers.resources.limits[resource] : "0"),
      parseQuantity(jobResources.limits[resource]),
    );
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "tenant", namespace: blueprint.names.namespace, labels: tenantLabels(blueprint.names) },
    spec: {
      limits: [
        {
          type: "Container",
          defaultRequest: { ...blueprint.resources.requests },
          default: { ...blueprint.resources.limits },
          max: { cpu: cpuQuantity(larger("cpu")), memory: memoryQuantity(larger("memory")) },
        },
      ],
    },
  };
}

/** The desired quota, raised to each larger value of the live one. */
export function quotaWithRoom(desired: ResourceQuota, live: ResourceQuota | undefined): ResourceQuota {
  const hard = largerOf(desired.spec?.hard, live?.spec?.hard);
  return hard === undefined ? desired : { ...desired, spec: { ...desired.spec, hard } };
}

/** The desired limits, raised to each larger `max` of the live ones. */
export function limitRangeWithRoom(desired: LimitRange, live: LimitRange | undefined): LimitRange {
  const [limit] = desired.spec?.limits ?? [];
  const max = largerOf(limit?.max, live?.spec?.limits[0]?.max);
  return limit === undefined || max === undefined
    ? desired
    : { ...desired, spec: { limits: [{ ...limit, max }] } };
}

type Quantities = Readonly<Record<string, string>>;

/** `desired` with each larger quantity of `live`; undefined when none is larger. */
function largerOf(desired: Quantities = {}, live: Quantities = {}): Record<string, string> | undefined {
  const larger = Object.entries(desired).filter(
    ([name, quantity]) => parseQuantity(live[name] ?? "0") > parseQuantity(quantity),
  );
  if (larger.length === 0) return undefined;
  return { ...desired, ...Object.fromEntries(larger.map(([name]) => [name, live[name] ?? "0"])) };
}
