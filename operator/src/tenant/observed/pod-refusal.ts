import { plainText } from "../../base/plain-text.ts";
import type { Deployment, Job, Pod } from "../../kubernetes/objects/kinds.ts";
import { elapsed } from "./elapsed.ts";
import { podsOf } from "./job-state.ts";
import type { PodTrouble } from "./pod-trouble.ts";

/** Time after which a refusal needs a change by somebody. */
const patience = 60_000;

/** The Job controller creates a pod within a second or two. */
const startPatience = 15_000;

/**
 * The API server's refusal of a Deployment's pods, by an admission policy, a webhook, a quota or a LimitRange. The
 * Deployment's condition ReplicaFailure holds the reason.
 */
export function podRefusal({ status }: Deployment, now: Date): PodTrouble | undefined {
  const failure = status?.conditions?.find(
    ({ type, status }) => type === "ReplicaFailure" && status === "True",
  );
  if (failure === undefined) return undefined;
  // Removes the name, which differs at each attempt, because the message must stay the same.
  const words = (failure.message ?? "").replace(/^pods "[^"]*" is /, "").replace(/\.$/, "");
  return {
    reason: "PodsRefused",
    message: plainText(`New pods are refused: ${words || failure.reason || "no reason is given"}`, 1_000),
    lasting: elapsed(failure.lastTransitionTime, now) > patience,
  };
}

/** The trouble of a Job without a pod. The reason is only in its Events, not in its status. */
export function jobWithoutPod(job: Job, pods: readonly Pod[], now: Date): PodTrouble | undefined {
  const { name, namespace, creationTimestamp } = job.metadata;
  const age = elapsed(creationTimestamp, now);
  if (podsOf(job, pods).length > 0 || age <= startPatience) return undefined;
  const look = `kubectl -n ${namespace} describe job ${name}`;
  return {
    reason: "PodsRefused",
    message: `It has no pod. Its Events say why, for example that a policy or a quota refuses it: ${look}`,
    lasting: age > patience,
  };
}
