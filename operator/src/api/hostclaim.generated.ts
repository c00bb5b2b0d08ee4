// Generated from crds/hostclaim.yaml by `npm run generate`: change that file instead.

import type {ObjectMeta} from "./metadata.ts";

/**
 * HostClaim gives the host it is named after to one tenant. Names being unique in a cluster, the API server itself decides between two claimants. The operator creates it before any route.
 */
export interface HostClaim {
  apiVersion: "dotmac.io/v1alpha1";
  kind: "HostClaim";
  metadata: ObjectMeta;
  spec: HostClaimSpec;
}
/**
 * The tenant that holds the host.
 */
export interface HostClaimSpec {
  tenantRef: HostClaimTenantRef;
}
/**
 * The Tenant that holds the host. It cannot change: a host changes hands by deleting the claim.
 */
export interface HostClaimTenantRef {
  /**
   * The metadata.name of the Tenant.
   */
  name: string;
  /**
   * The metadata.uid of the Tenant, so that another Tenant of the same name does not inherit the host.
   */
  uid: string;
}
