import { kinds } from "../kubernetes/objects/kinds.ts";
import { networkPolicies } from "./desired/isolation/network-policies.ts";
import { deploymentOf } from "./desired/workload/deployment.ts";
import { namesOf } from "./model/blueprint.ts";
import type { Tenant, TenantStatus } from "./model/kinds.ts";
import { appliedVersion } from "./observed/applied-version.ts";
import { runtimeStatus } from "./observed/runtime-status.ts";
import type { World } from "./step/world.ts";

/**
 * Applies network policies and suspension when the plan is missing or does not allow what the Tenant requests.
 * Everything else stays unchanged. Returns the state of the pods; undefined for a tenant without any.
 */
export async function keepWithoutPlan(
  tenant: Tenant,
  { cluster, settings }: World,
): Promise<TenantStatus["runtime"]> {
  const names = namesOf(tenant);
  const { namespace } = names;
  const live = await cluster.find(kinds.namespace, { name: namespace });
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return undefined;
  for (const policy of networkPolicies({ names, settings })) await cluster.apply(kinds.networkPolicy, policy);
  const runtime = await cluster.find(kinds.deployment, { namespace, name: "runtime" });
  if (runtime === undefined) return undefined;
  const version = appliedVersion(runtime);
  if (!tenant.spec.suspended || version === undefined) return runtimeStatus(runtime, names);
  const stopped = await cluster.apply(kinds.deployment, deploymentOf(names, { ...version, replicas: 0 }));
  return runtimeStatus(stopped.object, names);
}
