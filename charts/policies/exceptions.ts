/** Check → object → the reason for the exception. An object that passes must not be here. */
export type Exceptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

const services = [
  "Deployment/pgbouncer",
  "StatefulSet/postgres",
  "StatefulSet/redis-cache",
  "StatefulSet/redis-state",
  "StatefulSet/vault",
];
const programs = ["Deployment/dotmac-operator", "Deployment/egress-proxy"];
const pods = [...programs, ...services];

const twoReplicas = "two replicas on different nodes: a third would only wait, like the second";
const spread =
  "topologySpreadConstraints keep the replicas on different nodes and zones, as far as there are some";
const oneReplica = "one replica: nothing to spread, and a budget would allow everything or block every drain";
const noCpuLimit =
  "a limit would throttle a server that all ISPs share; its request is its share when CPU is short";
const pullPolicy =
  "a tag is never used twice and a digest cannot be: a node that has the image need not ask for it";
const priority = "the names of priority classes are the cluster's: the value priorityClassName sets one";
const priorityOfPlatform = "the names of priority classes are the cluster's";
const prometheus = "Prometheus may run beside the platform; no chart of ours installs it";
const policies = ["egress-proxy", "operator", "pgbouncer", "redis-cache", "redis-state", "vault"];
const itsToken = "it is a client of the API server";

/** The exceptions for the charts' objects. */
export const chartExceptions: Exceptions = {
  "access-to-create-pods": {
    "ClusterRole/dotmac-operator":
      "it makes Deployments and Jobs in tenants' namespaces; policies bound it to these",
  },
  "access-to-secrets": {
    "ClusterRole/dotmac-operator": "it writes two Secrets for each tenant; policies bound it to their names",
    "Role/dotmac-operator-platform": "it reads the two or three Secrets that the role names",
    "Role/dotmac-operator-admins":
      "it writes the first passwords of ISPs' administrators, in a namespace for these",
  },
  ...Object.fromEntries(
    ["liveness-port", "readiness-port", "startup-port"].map((check) => [
      check,
      { "Deployment/pgbouncer": "its front, in the same pod, answers for it" },
    ]),
  ),
  "dangling-networkpolicypeer-podselector": forEach(
    policies.map((name) => `NetworkPolicy/${name}`),
    prometheus,
  ),
  "minimum-three-replicas": {
    ...forEach(programs, twoReplicas),
    "Deployment/pgbouncer": oneReplica,
  },
  "no-anti-affinity": forEach(programs, spread),
  automountServiceAccountToken: forEach([...programs, "StatefulSet/vault"], itsToken),
  cpuLimitsMissing: forEach(services, noCpuLimit),
  deploymentMissingReplicas: { "Deployment/pgbouncer": oneReplica },
  missingPodDisruptionBudget: forEach(services, oneReplica),
  priorityClassNotSet: { ...forEach(programs, priority), ...forEach(services, priorityOfPlatform) },
  pullPolicyNotAlways: forEach(pods, pullPolicy),
  sensitiveConfigmapContent: {
    "ConfigMap/dotmac-operator": "it holds the names of Secrets",
    "ConfigMap/postgres": "its script reads passwords from mounted files",
  },
  topologySpreadConstraint: forEach(services, oneReplica),
};

/** The exceptions for the objects of a tenant. */
export const tenantExceptions: Exceptions = {
  "minimum-three-replicas": {
    "Deployment/runtime": "the plan chooses the number",
    "Deployment/worker": "the plan chooses the number, and jobs wait for a pod that is lost",
  },
  "no-anti-affinity": { "Deployment/runtime": spread, "Deployment/worker": spread },
  priorityClassNotSet: {
    "Deployment/runtime": "no ISP goes before another",
    "Deployment/worker": "no ISP goes before another",
    "Job/migrate-3d7cb716de": "no ISP goes before another",
  },
  pullPolicyNotAlways: {
    "Deployment/runtime": pullPolicy,
    "Deployment/worker": pullPolicy,
    "Job/migrate-3d7cb716de": pullPolicy,
  },
};

function forEach(names: readonly string[], reason: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}
