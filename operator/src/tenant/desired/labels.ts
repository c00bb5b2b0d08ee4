import type { TenantNames } from "../model/names/names.ts";

export type Labels = Record<string, string>;
export type Component = "runtime" | "migration";

/** The labels that mark every object of a tenant as the operator's. */
export function tenantLabels(names: TenantNames): Labels {
  return {
    "app.kubernetes.io/managed-by": "dotmac-operator",
    "dotmac.io/tenant": names.tenant,
  };
}

/** The labels of a component's workload and of the objects that serve it. */
export function componentLabels(names: TenantNames, component: Component): Labels {
  return {
    ...tenantLabels(names),
    "app.kubernetes.io/name": "tenant-runtime",
    "app.kubernetes.io/instance": names.tenant,
    "app.kubernetes.io/component": component,
  };
}

/** Selects the pods of one component in the tenant's own namespace. A Deployment's selector can never change. */
export function componentSelector(component: Component): Labels {
  return { "app.kubernetes.io/name": "tenant-runtime", "app.kubernetes.io/component": component };
}

/** Selects the runtime's pods of one tenant in the whole cluster, in the form of `kubectl --selector`. */
export function podSelector(names: TenantNames): string {
  const labels = { ...componentSelector("runtime"), "dotmac.io/tenant": names.tenant };
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}
