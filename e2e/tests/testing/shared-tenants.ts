import { inject } from "vitest";
import { apply } from "./live-cluster.ts";
import { existingTenant, ready, type SampleTenant, tenantManifest } from "./sample-tenant.ts";

/** Two tenants for all test files that leave them as they were: Ready, serving and without further rights. */
export interface SharedTenants {
  readonly north: SampleTenant;
  readonly south: SampleTenant;
}

/**
 * Creates the shared tenants in the first file that asks for them, because a tenant takes half a minute to come and go.
 * The project's set-up deletes them after the last file. They may hold customers of earlier files.
 */
export async function sharedTenants(): Promise<SharedTenants> {
  const names = inject("sharedTenants");
  await apply(tenantManifest(names.north), tenantManifest(names.south));
  await Promise.all([ready(names.north), ready(names.south)]);
  const [north, south] = await Promise.all([existingTenant(names.north), existingTenant(names.south)]);
  return { north, south };
}
