import type { HostClaim as GeneratedHostClaim } from "../../api/hostclaim.generated.ts";
import type { RetainedTenant as GeneratedRetainedTenant } from "../../api/retainedtenant.generated.ts";
import type { Tenant as GeneratedTenant } from "../../api/tenant.generated.ts";
import type { TenantPlan as GeneratedTenantPlan } from "../../api/tenantplan.generated.ts";
import { defineKind, type KubernetesObject, type ObjectMeta } from "../../kubernetes/objects/kinds.ts";

/** The generated type with the metadata of every object of the API. */
type Resource<T> = Omit<T, "metadata"> & { metadata: ObjectMeta };

export type Tenant = Resource<GeneratedTenant>;
export type TenantStatus = NonNullable<Tenant["status"]>;
export type TenantPlan = Resource<GeneratedTenantPlan>;
export type HostClaim = Resource<GeneratedHostClaim>;
export type RetainedTenant = Resource<GeneratedRetainedTenant>;

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

export const retainedTenantKind = defineKind<RetainedTenant>(
  "dotmac.io/v1alpha1",
  "RetainedTenant",
  "retainedtenants",
  "cluster",
);

/** `gateway.networking.k8s.io/v1`, for which client-node has no type. */
export interface BackendTlsPolicy extends KubernetesObject {
  spec: Record<string, unknown>;
}
export const backendTlsPolicyKind = defineKind<BackendTlsPolicy>(
  "gateway.networking.k8s.io/v1",
  "BackendTLSPolicy",
  "backendtlspolicies",
  "namespaced",
);

/** The finalizer of a Tenant. With it, a deletion waits until the operator has retired the tenant. */
export const finalizer = "dotmac.io/tenant";
