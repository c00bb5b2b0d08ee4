import type { Manifest } from "../../crds/test/api-server.ts";

/** The smallest valid object of each kind, extended by the fields of a test. */

export function namespace(name: string, labels: Record<string, string> = {}): Manifest {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

export function configMap(name: string): Manifest {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: {} };
}

export function secret(name: string, type = "Opaque"): Manifest {
  const annotations = { "kubernetes.io/service-account.name": "runtime" };
  return { apiVersion: "v1", kind: "Secret", metadata: { name, annotations }, type };
}

export function serviceAccount(name: string): Manifest {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name } };
}

export function service(name: string, spec: Record<string, unknown> = {}): Manifest {
  const ports = [{ name: "api", port: 443, targetPort: 8443 }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { type: "ClusterIP", ports, ...spec },
  };
}

export function networkPolicy(name: string): Manifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  };
}

export function ingress(name: string): Manifest {
  const backend = { service: { name: "runtime", port: { name: "api" } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name },
    spec: { defaultBackend: backend },
  };
}

export function resourceQuota(name: string): Manifest {
  return { apiVersion: "v1", kind: "ResourceQuota", metadata: { name }, spec: { hard: { pods: "4" } } };
}

export function limitRange(name: string): Manifest {
  const limits = [{ type: "Container", default: { cpu: "1" } }];
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name }, spec: { limits } };
}

export function disruptionBudget(name: string): Manifest {
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: "x" } } },
  };
}

const podSpec = {
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
  containers: [
    {
      name: "main",
      image: "localhost/x:1",
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    },
  ],
};

export function pod(name: string, owner?: { kind: string; apiVersion: string }): Manifest & { spec: object } {
  return { apiVersion: "v1", kind: "Pod", metadata: { name, ...ownedBy(owner) }, spec: podSpec };
}

export function deployment(name: string, replicas = 1): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: { ...workload(), replicas },
  };
}

export function replicaSet(name: string, owner?: { kind: string; apiVersion: string }): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, ...ownedBy(owner) },
    spec: workload(),
  };
}

export function job(name: string): Manifest {
  const template = { spec: { ...podSpec, restartPolicy: "Never" } };
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { template } };
}

export function role(name: string): Manifest {
  const rules = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }];
  return { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name }, rules };
}

export function roleBinding(name: string): Manifest {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "User", name: "someone", apiGroup: "rbac.authorization.k8s.io" }],
  };
}

export function tenant(name: string, spec: Record<string, unknown> = {}): Manifest {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "Tenant",
    metadata: { name },
    spec: {
      displayName: "North Fibre",
      plan: "standard",
      hosts: [`${name}.example.com`],
      adminEmail: "admin@north.example.com",
      currency: "EUR",
      timeZone: "Europe/Paris",
      country: "FR",
      ...spec,
    },
  };
}

export function hostClaim(name: string): Manifest {
  return {
    apiVersion: "dotmac.io/v1alpha1",
    kind: "HostClaim",
    metadata: { name },
    spec: { tenantRef: { name: "north", uid: "7f1f0c9e-2b1d-4f6a-9a51-0d4c1a3f5e77" } },
  };
}

function workload(): object {
  const labels = { app: "x" };
  return { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } };
}

function ownedBy(owner: { kind: string; apiVersion: string } | undefined): object {
  if (owner === undefined) return {};
  const uid = "7f1f0c9e-2b1d-4f6a-9a51-0d4c1a3f5e77";
  return { ownerReferences: [{ ...owner, name: "owner", uid, controller: true }] };
}
