import type { Job, Pod } from "../controller/kinds.ts";

/** Where a Job stands, by its conditions. */
export function jobState(job: Job): "running" | "succeeded" | "failed" {
  if (hasCondition(job, "Complete")) return "succeeded";
  return hasCondition(job, "Failed") ? "failed" : "running";
}

/** The image that a Job runs. */
export function jobImage(job: Job): string | undefined {
  return job.spec?.template.spec?.containers[0]?.image;
}

/** Why a Job failed: the last words of its newest pod, else what the Job itself says. */
export function jobFailure(job: Job, pods: readonly Pod[]): string {
  const own = pods
    .filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.uid === job.metadata.uid))
    .sort((one, other) => age(other).localeCompare(age(one)));
  const words = own.map(lastWords).find((text) => text !== undefined);
  return sentence(words ?? condition(job, "Failed")?.message ?? "it gave no reason");
}

function lastWords(pod: Pod): string | undefined {
  const text = pod.status?.containerStatuses?.[0]?.state?.terminated?.message?.trim();
  return text === "" ? undefined : text?.slice(-1_000);
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
