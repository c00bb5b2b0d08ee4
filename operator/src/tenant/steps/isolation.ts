import { done, type Outcome } from "../../kubernetes/loop/outcome.ts";
import { kinds } from "../../kubernetes/objects/kinds.ts";
import { networkPolicies } from "../desired/isolation/network-policies.ts";
import { limitRange, resourceQuota } from "../desired/isolation/quota.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Closes the namespace and bounds what it may use, before anything runs in it. */
export async function isolation(subject: Subject): Promise<Outcome> {
  const { plan } = subject;
  await applyAll(subject, kinds.networkPolicy, ...networkPolicies(plan));
  await applyAll(subject, kinds.resourceQuota, resourceQuota(plan));
  await applyAll(subject, kinds.limitRange, limitRange(plan));
  return done;
}
