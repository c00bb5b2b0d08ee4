import { type Tenant, type TenantStatus, tenantKind } from "../model/kinds.ts";
import type { Limit } from "../step/limit.ts";
import type { World } from "../step/world.ts";
import { newsOf } from "./news.ts";

/** Writes the status if it differs, and publishes Events about its changes. `limits`: those whose conditions it can begin. */
export async function writeStatus(
  tenant: Tenant,
  status: TenantStatus,
  { cluster, events }: Pick<World, "cluster" | "events">,
  limits: readonly Limit[] = [],
): Promise<void> {
  if (!(await cluster.writeStatus(tenantKind, tenant, status))) return;
  for (const news of newsOf(tenant.status, status, limits)) {
    events.publish({ regarding: tenant, action: "Reconcile", ...news });
  }
}
