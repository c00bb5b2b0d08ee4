import type { Manifest } from "../../crds/test/api-server.ts";
import {
  configMap,
  deployment,
  disruptionBudget,
  ingress,
  job,
  limitRange,
  networkPolicy,
  pod,
  replicaSet,
  resourceQuota,
  secret,
  service,
  serviceAccount,
} from "./objects.ts";

export interface Sample {
  readonly group: string;
  readonly plural: string;
  /** The path of the kind's collection in the namespace. */
  readonly path: string;
  readonly object: Manifest;
}

/** The smallest valid object of a kind, by its plural, with its group if two kinds have the name. */
export function sampleOf(plural: string, name: string): Manifest {
  const builder = builders[plural];
  if (builder === undefined) throw new Error(`expected a sample of ${plural}, found none: add it`);
  return builder(name);
}

/** An object named `present` of every kind that an editor of a namespace may write. */
export function samples(namespace: string): Sample[] {
  return Object.keys(builders).map((key) => {
    const [plural = ""] = key.split(".");
    const object = sampleOf(key, "present");
    const group = object.apiVersion.includes("/") ? (object.apiVersion.split("/")[0] ?? "") : "";
    const base = group === "" ? "/api/v1" : `/apis/${object.apiVersion}`;
    return { group, plural, path: `${base}/namespaces/${namespace}/${plural}`, object };
  });
}

const builders: Record<string, (name: string) => Manifest> = {
  configmaps: configMap,
  secrets: (name) => secret(name),
  serviceaccounts: serviceAccount,
  services: (name) => service(name),
  pods: (name) => pod(name),
  resourcequotas: resourceQuota,
  limitranges: limitRange,
  networkpolicies: networkPolicy,
  ingresses: ingress,
  deployments: (name) => deployment(name),
  replicasets: (name) => replicaSet(name),
  jobs: job,
  poddisruptionbudgets: disruptionBudget,
  endpoints: (name) => ({ apiVersion: "v1", kind: "Endpoints", metadata: { name } }),
  endpointslices: (name) => ({
    ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name } },
    ...{ addressType: "IPv4", endpoints: [] },
  }),
  events: (name) => ({
    ...{ apiVersion: "v1", kind: "Event", metadata: { name }, reason: "Tested" },
    involvedObject: { kind: "Pod", name: "present", namespace: "isp-attacked" },
  }),
  "events.events.k8s.io": (name) => ({
    ...{ apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name } },
    ...{ eventTime: "2026-01-01T00:00:00.000000Z", type: "Normal", reason: "Tested", action: "Test" },
    ...{ reportingController: "example.com/test", reportingInstance: "test" },
    regarding: { kind: "Pod", name: "present", namespace: "isp-attacked" },
  }),
  leases: (name) => ({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name }, spec: {} }),
  persistentvolumeclaims: (name) => ({
    ...{ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
  }),
  replicationcontrollers: (name) => ({
    ...{ apiVersion: "v1", kind: "ReplicationController", metadata: { name } },
    spec: { replicas: 0, selector: { app: "x" }, template: template() },
  }),
  statefulsets: (name) => ({
    ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name } },
    spec: { selector: { matchLabels: { app: "x" } }, serviceName: "x", template: template() },
  }),
  daemonsets: (name) => ({
    ...{ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name } },
    spec: { selector: { matchLabels: { app: "x" } }, template: template() },
  }),
  cronjobs: (name) => ({
    ...{ apiVersion: "batch/v1", kind: "CronJob", metadata: { name } },
    spec: { schedule: "0 0 1 1 *", suspend: true, jobTemplate: { spec: job("x").spec } },
  }),
  horizontalpodautoscalers: (name) => ({
    ...{ apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name } },
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "x" }, maxReplicas: 2 },
  }),
  resourceclaims: (name) => ({
    ...{ apiVersion: "resource.k8s.io/v1", kind: "ResourceClaim", metadata: { name }, spec: {} },
  }),
  resourceclaimtemplates: (name) => ({
    ...{ apiVersion: "resource.k8s.io/v1", kind: "ResourceClaimTemplate", metadata: { name } },
    spec: { spec: {} },
  }),
};

function template(): object {
  return { metadata: { labels: { app: "x" } }, spec: (pod("x") as { spec: object }).spec };
}
