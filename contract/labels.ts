/** The keys of the labels on the operator's objects. */
export const labelKeys = {
  managedBy: "app.kubernetes.io/managed-by",
  name: "app.kubernetes.io/name",
  instance: "app.kubernetes.io/instance",
  component: "app.kubernetes.io/component",
  /** The name of the Tenant. */
  tenant: "dotmac.io/tenant",
  /** The tenant's id, on its namespace only. */
  tenantId: "dotmac.io/tenant-id",
} as const;

/** The value of `managedBy` on every object that the operator writes. */
export const managedByOperator = "dotmac-operator";

/** The value of `name` on a tenant's workloads and pods. */
export const runtimeName = "tenant-runtime";

/** A Deployment of a tenant: its name, and the value of `component` on its pods. */
export type Workload = "runtime" | "worker";

/** The programs of a tenant: the values of `component`. */
export type Component = Workload | "migration";

/** Labels in the form of `kubectl --selector` and of the API's `labelSelector`. */
export function labelSelector(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
