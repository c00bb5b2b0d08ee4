import type {
  V1ConfigMap,
  V1Deployment,
  V1Ingress,
  V1Job,
  V1Lease,
  V1LimitRange,
  V1Namespace,
  V1NetworkPolicy,
  V1Pod,
  V1PodDisruptionBudget,
  V1ResourceQuota,
  V1RoleBinding,
  V1Secret,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from "@kubernetes/client-node";
import { defineKind, type KubernetesObject, type WireObject } from "../client/object.ts";

export type { Kind, KubernetesObject, ObjectMeta, ObjectName } from "../client/object.ts";
export { defineKind } from "../client/object.ts";

export type Namespace = WireObject<V1Namespace>;
export type ServiceAccount = WireObject<V1ServiceAccount>;
export type ConfigMap = WireObject<V1ConfigMap>;
export type Secret = WireObject<V1Secret>;
export type NetworkPolicy = WireObject<V1NetworkPolicy>;
export type ResourceQuota = WireObject<V1ResourceQuota>;
export type LimitRange = WireObject<V1LimitRange>;
export type Job = WireObject<V1Job>;
export type Deployment = WireObject<V1Deployment>;
export type Service = WireObject<V1Service>;
export type PodDisruptionBudget = WireObject<V1PodDisruptionBudget>;
export type HorizontalPodAutoscaler = WireObject<V2HorizontalPodAutoscaler>;
export type Ingress = WireObject<V1Ingress>;
export type Lease = WireObject<V1Lease>;
export type Pod = WireObject<V1Pod>;
export type RoleBinding = WireObject<V1RoleBinding>;
/** `gateway.networking.k8s.io/v1`, for which client-node has no type. */
export interface HttpRoute extends KubernetesObject {
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}
/** `cert-manager.io/v1`, for which client-node has no type. */
export interface Certificate extends KubernetesObject {
  spec: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** The kinds of Kubernetes itself, and of the two add-ons, that the operator reads or writes. */
export const kinds = {
  namespace: defineKind<Namespace>("v1", "Namespace", "namespaces", "cluster"),
  serviceAccount: defineKind<ServiceAccount>("v1", "ServiceAccount", "serviceaccounts", "namespaced"),
  configMap: defineKind<ConfigMap>("v1", "ConfigMap", "configmaps", "namespaced"),
  secret: defineKind<Secret>("v1", "Secret", "secrets", "namespaced"),
  networkPolicy: defineKind<NetworkPolicy>(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    "networkpolicies",
    "namespaced",
  ),
  resourceQuota: defineKind<ResourceQuota>("v1", "ResourceQuota", "resourcequotas", "namespaced"),
  limitRange: defineKind<LimitRange>("v1", "LimitRange", "limitranges", "namespaced"),
  job: defineKind<Job>("batch/v1", "Job", "jobs", "namespaced"),
  deployment: defineKind<Deployment>("apps/v1", "Deployment", "deployments", "namespaced"),
  service: defineKind<Service>("v1", "Service", "services", "namespaced"),
  podDisruptionBudget: defineKind<PodDisruptionBudget>(
    "policy/v1",
    "PodDisruptionBudget",
    "poddisruptionbudgets",
    "namespaced",
  ),
  horizontalPodAutoscaler: defineKind<HorizontalPodAutoscaler>(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    "horizontalpodautoscalers",
    "namespaced",
  ),
  ingress: defineKind<Ingress>("networking.k8s.io/v1", "Ingress", "ingresses", "namespaced"),
  httpRoute: defineKind<HttpRoute>("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes", "namespaced"),
  certificate: defineKind<Certificate>("cert-manager.io/v1", "Certificate", "certificates", "namespaced"),
  lease: defineKind<Lease>("coordination.k8s.io/v1", "Lease", "leases", "namespaced"),
  pod: defineKind<Pod>("v1", "Pod", "pods", "namespaced"),
  roleBinding: defineKind<RoleBinding>(
    "rbac.authorization.k8s.io/v1",
    "RoleBinding",
    "rolebindings",
    "namespaced",
  ),
} as const;
