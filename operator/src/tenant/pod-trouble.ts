import type { Pod } from "../controller/kinds.ts";
import { plainReason, plainText } from "../controller/plain-text.ts";

/** Why a pod does not get ready, in Kubernetes' own word and for people. */
export interface PodTrouble {
  readonly reason: string;
  readonly message: string;
}

/** Reasons that every pod goes through on its way up. */
const ordinary = new Set(["ContainerCreating", "PodInitializing", "Completed"]);

/** The kubelet's words for an image that is not there (kubernetes/pkg/kubelet/images/types.go). */
const imageReasons = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
]);

/** The trouble of the first pod that has any; pods that are being deleted have none. */
export function podTrouble(pods: readonly Pod[]): PodTrouble | undefined {
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined) continue;
    const trouble = waitingTrouble(pod) ?? schedulingTrouble(pod);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}

/** Whether nothing of the pod runs because its image cannot be had. */
export function isWithoutImage({ status }: Pod): boolean {
  return imageReasons.has(status?.containerStatuses?.[0]?.state?.waiting?.reason ?? "");
}

function waitingTrouble(pod: Pod): PodTrouble | undefined {
  const status = pod.status?.containerStatuses?.[0];
  const reason = status?.state?.waiting?.reason;
  if (reason === undefined || ordinary.has(reason)) return undefined;
  const last = status?.lastState?.terminated;
  const text = [
    status?.state?.waiting?.message,
    last && `it ended with code ${last.exitCode}`,
    last?.message?.trim(),
  ]
    .filter(Boolean)
    .join(": ");
  return trouble(pod, reason, text || reason);
}

function schedulingTrouble(pod: Pod): PodTrouble | undefined {
  const scheduled = pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  return trouble(pod, scheduled.reason ?? "Unschedulable", scheduled.message ?? "it finds no node");
}

/** What the container runtime and the tenant's own program say, in plain words. */
function trouble({ metadata }: Pod, reason: string, text: string): PodTrouble {
  return { reason: plainReason(reason), message: plainText(`Pod ${metadata.name}: ${text}`, 1_000) };
}
