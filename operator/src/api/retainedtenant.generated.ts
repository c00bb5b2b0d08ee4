// Generated from crds/retainedtenant.yaml by `npm run generate`: change that file instead.

import type {ObjectMeta} from "./metadata.ts";

/**
 * RetainedTenant stands for the data that a deleted Tenant has left. Its name is their id, for spec.adoptFrom of a Tenant. The operator makes it, and deletes it when the data are adopted or destroyed.
 */
export interface RetainedTenant {
  apiVersion: "dotmac.io/v1alpha1";
  kind: "RetainedTenant";
  metadata: ObjectMeta;
  spec: RetainedTenantSpec;
  status?: RetainedTenantStatus;
}
/**
 * The deleted Tenant that the data belong to, and whether they shall be destroyed.
 */
export interface RetainedTenantSpec {
  /**
   * The metadata.name of the Tenant that was deleted.
   */
  tenant: string;
  /**
   * Destroys the data for good at the next sweep of the operator, within 5 minutes by default, when the name of the Tenant is written here. Until then, removing it takes it back.
   */
  purge?: string;
}
/**
 * The state of the data as the operator last saw it. Only the operator writes it.
 */
export interface RetainedTenantStatus {
  /**
   * Retained, or Destroying while their destruction has begun and is not done. One that fails is tried again at each sweep; the operator's log says why.
   */
  state?: "Retained" | "Destroying";
  /**
   * When the Tenant was deleted.
   */
  retainedAt?: string;
  /**
   * When the data are destroyed. Without it, never.
   */
  deleteAfter?: string;
  /**
   * Bytes of the schema on the database's disk, as a Kubernetes quantity.
   */
  size?: string;
}

/** All values of {@link RetainedTenantStatus}'s `state`. */
export const retainedTenantStatusStates = ["Retained","Destroying"] as const;
