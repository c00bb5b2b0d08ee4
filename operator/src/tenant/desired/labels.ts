import type { TenantNames } from "../model/names.ts";

export type Labels = Record<string, string>;
export type Component = "runtime" | "migration";

/** The labels by which every object of a tenant is found and belongs to the operator. */
export function tenantLabels(names: TenantNames): Labels {
  return {
    "app.kubernetes.io/managed-by": "dotmac-operator",
    "dotmac.io/tenant": names.tenant,
  };
}

/** The labels of what runs, or serves what runs. */
export function componentLabels(names: TenantNames, component: Component): Labels {
  return {
    ...tenantLabels(names),
    "app.kubernetes.io/name": "tenant-runtime",
    "app.kubernetes.io/instance": names.tenant,
    "app.kubernetes.io/component": component,
  };
}

/** Selects the pods of one component in the tenant's own namespace; a Deployment's can never change. */
export function componentSelector(component: Component): Labels {
  return { "app.kubernetes.io/name": "tenant-runtime", "app.kubernetes.io/component": component };
}
