import { done, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { networkPolicies } from "../desired/isolation/network-policies.ts";
import { deploymentOf } from "../desired/workload/deployment.ts";
import { namesOf } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { appliedVersion } from "../observed/applied-version.ts";
import type { World } from "../step/world.ts";

/**
 * Applies network policies and suspension without a valid plan: when it is missing, or does not allow what the Tenant asks
 * for. Everything else stays as it is. Does nothing for a tenant without a namespace.
 */
export async function keepWithoutPlan(tenant: Tenant, { cluster, settings }: World): Promise<Outcome> {
  const names = namesOf(tenant);
  const { namespace } = names;
  const live = await cluster.find(kinds.namespace, { name: namespace });
  if (live === undefined || live.metadata.deletionTimestamp !== undefined) return done;
  for (const policy of networkPolicies({ names, settings })) await cluster.apply(kinds.networkPolicy, policy);
  if (!tenant.spec.suspended) return done;
  const version = appliedVersion(await cluster.find(kinds.deployment, { namespace, name: "runtime" }));
  if (version !== undefined)
    await cluster.apply(kinds.deployment, deploymentOf(names, { ...version, replicas: 0 }));
  return done;
}
