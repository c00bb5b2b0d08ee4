import { sameQuantity } from "../../../../process/quantity.ts";
import { done, doneUntil, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { kinds, type Pod } from "../../kubernetes/objects/kinds.ts";
import { networkPolicies } from "../desired/isolation/network-policies.ts";
import {
  limitRange,
  limitRangeWithRoom,
  mostRuntimePods,
  quotaWithRoom,
  resourceQuota,
} from "../desired/isolation/quota.ts";
import type { Resources } from "../model/blueprint.ts";
import { componentPods } from "../observed/component-pods.ts";
import { ownContainer } from "../observed/own-container.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Closes the namespace and bounds what it may use, before anything runs in it. */
export async function isolation(subject: Subject): Promise<Outcome> {
  const { plan } = subject;
  await applyAll(subject, kinds.networkPolicy, ...networkPolicies(plan));
  return bounds(subject);
}

/**
 * A quota counts the pods that are there, and an update makes new ones before the old ones go. So neither quota nor limits
 * shrink while there is a pod that was made for more.
 */
async function bounds(subject: Subject): Promise<Outcome> {
  const { plan, world } = subject;
  const name = { namespace: plan.names.namespace, name: "tenant" };
  const [liveQuota, liveLimits] = await Promise.all([
    world.cluster.find(kinds.resourceQuota, name),
    world.cluster.find(kinds.limitRange, name),
  ]);
  const wanted = { quota: resourceQuota(plan), limits: limitRange(plan) };
  const roomy = {
    quota: quotaWithRoom(wanted.quota, liveQuota),
    limits: limitRangeWithRoom(wanted.limits, liveLimits),
  };
  const shrinks = roomy.quota !== wanted.quota || roomy.limits !== wanted.limits;
  const waits = shrinks && (await hasLargerPods(subject));
  const { quota, limits } = waits ? roomy : wanted;
  await applyAll(subject, kinds.resourceQuota, quota);
  await applyAll(subject, kinds.limitRange, limits);
  return waits ? doneUntil(15_000) : done;
}

/** Whether pods of the runtime are there that were made for other resources, or more of them than an update needs. */
async function hasLargerPods(subject: Subject): Promise<boolean> {
  const { plan } = subject;
  const pods = await componentPods(subject, "runtime");
  return pods.length > mostRuntimePods(plan) || pods.some((pod) => !isMadeFor(pod, plan.resources));
}

function isMadeFor({ spec }: Pod, wanted: Resources): boolean {
  const found = ownContainer(spec?.containers)?.resources;
  return (["requests", "limits"] as const).every((of) =>
    (["cpu", "memory"] as const).every((resource) =>
      sameQuantity(found?.[of]?.[resource] ?? "0", wanted[of][resource]),
    ),
  );
}
