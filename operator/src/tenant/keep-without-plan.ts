import type { Workload } from "../../../contract/labels.ts";
import { type Deployment, kinds } from "../kubernetes/objects/kinds.ts";
import { networkPolicies } from "./desired/isolation/network-policies.ts";
import { deploymentOf } from "./desired/workload/deployment.ts";
import { namesOf } from "./model/blueprint.ts";
import type { Tenant, TenantStatus } from "./model/kinds.ts";
import type { TenantNames } from "./model/names/names.ts";
import { appliedVersion } from "./observed/applied-version.ts";
import { runtimeStatus, workersStatus } from "./observed/runtime-status.ts";
import type { World } from "./step/world.ts";

/**
 * Applies network policies and suspension when the plan is missing or does not allow what the Tenant requests.
 * Everything else stays unchanged. Returns the state of the pods and of the workers, where there are any.
 */
export async function keepWithoutPlan(
  tenant: Tenant,
  { cluster, settings }: World,
): Promise<Pick<TenantStatus, "runtime" | "workers">> {
  const names = namesOf(tenant);
  const { namespace } = names;
  const live = await cluster.find(kinds.namespace, { name: namespace });
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return {};
  for (const policy of networkPolicies({ names, settings })) await cluster.apply(kinds.networkPolicy, policy);
  const { suspended } = tenant.spec;
  const runtime = await keptDeployment(cluster, names, "runtime", suspended);
  const workers = await keptDeployment(cluster, names, "worker", suspended);
  return {
    ...(runtime && { runtime: runtimeStatus(runtime, names) }),
    ...(workers && { workers: workersStatus(workers) }),
  };
}

async function keptDeployment(
  cluster: World["cluster"],
  names: TenantNames,
  component: Workload,
  suspended: boolean,
): Promise<Deployment | undefined> {
  const live = await cluster.find(kinds.deployment, { namespace: names.namespace, name: component });
  const version = appliedVersion(live);
  if (!suspended || version === undefined) return live;
  return (await cluster.apply(kinds.deployment, deploymentOf(names, { ...version, replicas: 0 }, component)))
    .object;
}
