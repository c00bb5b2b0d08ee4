import { plainText } from "../../base/plain-text.ts";
import type { Job, Pod } from "../../kubernetes/objects/kinds.ts";
import { jobResources } from "../desired/workload/migration-job.ts";
import { isOutOfMemory, type Terminated } from "./out-of-memory.ts";

/** The last words of a pod are the tenant's: so many are passed on. */
const longestWords = 1_000;

const outOfMemory =
  `its container was killed because it used more memory than ${jobResources.limits.memory} (OOMKilled), which no plan ` +
  "raises: it takes an image whose migrations need less.";

/** Where a Job stands, by its conditions. */
export function jobState(job: Job): "running" | "succeeded" | "failed" {
  if (hasCondition(job, "Complete")) return "succeeded";
  return hasCondition(job, "Failed") ? "failed" : "running";
}

/** The image that a Job runs. */
export function jobImage(job: Job): string | undefined {
  return job.spec?.template.spec?.containers[0]?.image;
}

/**
 * Whether a pod of a Job of one pod ended well. Kubernetes' Job controller says so of the Job itself a second or two
 * later: it gathers changes of pods, and first takes its finalizer from them.
 */
export function podSucceeded(job: Job, pods: readonly Pod[]): boolean {
  return podsOf(job, pods).some(({ status }) => status?.phase === "Succeeded");
}

/** Why a Job failed: the last words of its newest pod, else what the Job itself says. */
export function jobFailure(job: Job, pods: readonly Pod[]): string {
  const own = podsOf(job, pods).sort((one, other) => age(other).localeCompare(age(one)));
  const words = own.map(lastWords).find((text) => text !== undefined);
  return sentence(plainText(words ?? condition(job, "Failed")?.message ?? "it gave no reason", longestWords));
}

/** The pods that a Job has made. */
export function podsOf(job: Job, pods: readonly Pod[]): Pod[] {
  return pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid));
}

/** The termination message of a pod of one container, if there is one. */
export function lastMessage(pod: Pod): string | undefined {
  return ending(pod)?.message?.trim() || undefined;
}

function lastWords(pod: Pod): string | undefined {
  const end = ending(pod);
  return end && isOutOfMemory(end) ? outOfMemory : lastMessage(pod)?.slice(-longestWords);
}

function ending(pod: Pod): Terminated | undefined {
  return pod.status?.containerStatuses?.[0]?.state?.terminated;
}

function hasCondition(job: Job, type: string): boolean {
  return condition(job, type)?.status === "True";
}

function condition(job: Job, type: string) {
  return job.status?.conditions?.find((candidate) => candidate.type === type);
}

function age(pod: Pod): string {
  return pod.metadata.creationTimestamp ?? "";
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
