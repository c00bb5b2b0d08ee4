import type { HostClaim as GeneratedHostClaim } from "../../api/hostclaim.generated.ts";
import type { Tenant as GeneratedTenant } from "../../api/tenant.generated.ts";
import type { TenantPlan as GeneratedTenantPlan } from "../../api/tenantplan.generated.ts";
import { defineKind, type KubernetesObject, type ObjectMeta } from "../../kubernetes/objects/kinds.ts";

/** As the generated type, with the metadata that every object of the API has. */
type Resource<T> = Omit<T, "metadata"> & { metadata: ObjectMeta };

export type Tenant = Resource<GeneratedTenant>;
export type TenantStatus = NonNullable<Tenant["status"]>;
export type TenantPlan = Resource<GeneratedTenantPlan>;
export type HostClaim = Resource<GeneratedHostClaim>;

export const tenantKind = defineKind<Tenant>("dotmac.io/v1alpha1", "Tenant", "tenants", "cluster");
export const tenantPlanKind = defineKind<TenantPlan>(
  "dotmac.io/v1alpha1",
  "TenantPlan",
  "tenantplans",
  "cluster",
);
export const hostClaimKind = defineKind<HostClaim>(
  "dotmac.io/v1alpha1",
  "HostClaim",
  "hostclaims",
  "cluster",
);

/** `gateway.networking.k8s.io/v1`, which client-node has no type for. */
export interface BackendTlsPolicy extends KubernetesObject {
  spec: Record<string, unknown>;
}
export const backendTlsPolicyKind = defineKind<BackendTlsPolicy>(
  "gateway.networking.k8s.io/v1",
  "BackendTLSPolicy",
  "backendtlspolicies",
  "namespaced",
);
