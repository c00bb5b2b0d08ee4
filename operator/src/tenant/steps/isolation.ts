import { sameQuantity } from "../../../../process/quantity.ts";
import { done, doneUntil, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { kinds, type Pod } from "../../kubernetes/objects/kinds.ts";
import { networkPolicies } from "../desired/isolation/network-policies.ts";
import {
  limitRange,
  limitRangeWithRoom,
  mostRuntimePods,
  mostWorkers,
  quotaWithRoom,
  resourceQuota,
} from "../desired/isolation/quota.ts";
import type { Resources } from "../model/blueprint.ts";
import { componentPods } from "../observed/component-pods.ts";
import { ownContainer } from "../observed/own-container.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Isolates the namespace and bounds its resources before anything runs in it. */
export async function isolation(subject: Subject): Promise<Outcome> {
  const { blueprint } = subject;
  await applyAll(subject, kinds.networkPolicy, ...networkPolicies(blueprint));
  return bounds(subject);
}

/**
 * Applies quota and limits. A quota counts existing pods, and an update creates new pods before old ones end. So
 * neither quota nor limits shrink while a pod with larger resources exists.
 */
async function bounds(subject: Subject): Promise<Outcome> {
  const { blueprint, world } = subject;
  const name = { namespace: blueprint.names.namespace, name: "tenant" };
  const [liveQuota, liveLimits] = await Promise.all([
    world.cluster.find(kinds.resourceQuota, name),
    world.cluster.find(kinds.limitRange, name),
  ]);
  const desired = { quota: resourceQuota(blueprint), limits: limitRange(blueprint) };
  const roomy = {
    quota: quotaWithRoom(desired.quota, liveQuota),
    limits: limitRangeWithRoom(desired.limits, liveLimits),
  };
  const shrinks = roomy.quota !== desired.quota || roomy.limits !== desired.limits;
  const waits = shrinks && (await hasLargerPods(subject));
  const { quota, limits } = waits ? roomy : desired;
  await applyAll(subject, kinds.resourceQuota, quota);
  await applyAll(subject, kinds.limitRange, limits);
  return waits ? doneUntil(15_000) : done;
}

/** Whether pods of the runtime or workers exist that have other resources, or more of them than an update needs. */
async function hasLargerPods(subject: Subject): Promise<boolean> {
  const { blueprint } = subject;
  const [pods, workers] = [await componentPods(subject, "runtime"), await componentPods(subject, "worker")];
  return (
    pods.length > mostRuntimePods(blueprint) ||
    workers.length > mostWorkers(blueprint) ||
    pods.some((pod) => !isMadeFor(pod, blueprint.resources)) ||
    workers.some((pod) => !isMadeFor(pod, blueprint.workers.resources))
  );
}

function isMadeFor({ spec }: Pod, desired: Resources): boolean {
  const found = ownContainer(spec?.containers)?.resources;
  return (["requests", "limits"] as const).every((of) =>
    (["cpu", "memory"] as const).every((resource) =>
      sameQuantity(found?.[of]?.[resource] ?? "0", desired[of][resource]),
    ),
  );
}
