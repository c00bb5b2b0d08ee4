import { plainText } from "../../base/plain-text.ts";
import type { Job, Pod } from "../../kubernetes/objects/kinds.ts";
import { jobResources } from "../desired/workload/migration-job.ts";
import { lastWords } from "./last-words.ts";
import { isOutOfMemory, type Terminated } from "./out-of-memory.ts";
import { ownContainer } from "./own-container.ts";

/** Limit of a pod's termination message, whose text the tenant controls. */
const longestWords = 1_000;

const outOfMemory =
  `its container was killed because it used more memory than ${jobResources.limits.memory} (OOMKilled), which no plan ` +
  "raises: it takes an image whose migrations need less.";

/** The state of a Job, by its conditions. */
export function jobState(job: Job): "running" | "succeeded" | "failed" {
  if (hasCondition(job, "Complete")) return "succeeded";
  return hasCondition(job, "Failed") ? "failed" : "running";
}

/** The image of a Job. */
export function jobImage(job: Job): string | undefined {
  return ownContainer(job.spec?.template.spec?.containers)?.image;
}

/**
 * The pod of a Job whose own container has succeeded, independent of containers that a service mesh added. The Job's
 * own status shows this a second or two later, or never while such a container runs.
 */
export function succeededPod(job: Job, pods: readonly Pod[]): Pod | undefined {
  return podsOf(job, pods).find((pod) => ending(pod)?.exitCode === 0);
}

/** Why a Job failed: the termination message of its newest pod, else the Job's own message. */
export function jobFailure(job: Job, pods: readonly Pod[]): string {
  const own = podsOf(job, pods).sort((one, other) => age(other).localeCompare(age(one)));
  const words = own.map(reasonOf).find((text) => text !== undefined);
  return sentence(plainText(words ?? condition(job, "Failed")?.message ?? "it gave no reason", longestWords));
}

/** The pods of a Job. */
export function podsOf(job: Job, pods: readonly Pod[]): Pod[] {
  return pods.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid));
}

/** The termination message of the pod's own container, if it has one. */
export function lastMessage(pod: Pod): string | undefined {
  return ending(pod)?.message?.trim() || undefined;
}

function reasonOf(pod: Pod): string | undefined {
  const end = ending(pod);
  if (end !== undefined && isOutOfMemory(end)) return outOfMemory;
  const message = lastMessage(pod);
  return message === undefined ? undefined : lastWords(message).slice(-longestWords);
}

function ending(pod: Pod): Terminated | undefined {
  return ownContainer(pod.status?.containerStatuses)?.state?.terminated;
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
