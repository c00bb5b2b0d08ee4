import { labelKeys } from "../../../../contract/labels.ts";
import { plainReason, plainText } from "../../base/plain-text.ts";
import type { Pod } from "../../kubernetes/objects/kinds.ts";
import { jobResources } from "../desired/workload/migration-job.ts";
import { elapsed } from "./elapsed.ts";
import { lastWords } from "./last-words.ts";
import { isOutOfMemory, type Terminated } from "./out-of-memory.ts";
import { ownContainer } from "./own-container.ts";

/** Why a pod does not become ready: Kubernetes' own reason, and a message for people. */
export interface PodTrouble {
  readonly reason: string;
  /** Without a full stop. It stays the same as long as the trouble, across the kubelet's attempts. */
  readonly message: string;
  /** Whether it has lasted so long that only a change can end it. */
  readonly lasting: boolean;
}

type Found = Pick<PodTrouble, "reason" | "message"> & { readonly endsByItself?: boolean };

/** The limit of a Deployment without progress (`progressDeadlineSeconds`). */
const patience = 300_000;

/** A pod has its volumes and network within seconds. */
const startPatience = 60_000;

/** The kubelet resets the back-off of a container that has run this long. */
const crashesRemembered = 600_000;

/** Reasons that occur during every normal start. */
const ordinary = new Set(["ContainerCreating", "PodInitializing", "Completed"]);

/** The kubelet's reasons for an image that cannot be pulled (kubernetes/pkg/kubelet/images/types.go). */
const imageReasons = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
]);

/** The trouble of the first pod that has any. Pods that have ended or are being deleted have none. */
export function podTrouble(pods: readonly Pod[], now: Date): PodTrouble | undefined {
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) continue;
    const found = crash(pod, now) ?? waitingTrouble(pod) ?? schedulingTrouble(pod) ?? startTrouble(pod, now);
    if (found !== undefined) return described(pod, found, now);
  }
  return undefined;
}

/** Whether no container of the pod runs because its image cannot be pulled. */
export function isWithoutImage({ status }: Pod): boolean {
  return imageReasons.has(ownContainer(status?.containerStatuses)?.state?.waiting?.reason ?? "");
}

function hasEnded({ status }: Pod): boolean {
  return status?.phase === "Succeeded" || status?.phase === "Failed";
}

/** Returns the same trouble while the container waits, runs again and ends again. */
function crash(pod: Pod, now: Date): Found | undefined {
  const status = ownContainer(pod.status?.containerStatuses);
  if (status === undefined || status.ready || isWithoutImage(pod)) return undefined;
  const last = status.state?.terminated ?? status.lastState?.terminated;
  if (last === undefined) return undefined;
  if (status.state?.running !== undefined && elapsed(last.finishedAt, now) > crashesRemembered)
    return undefined;
  return isOutOfMemory(last) ? memoryTrouble(pod) : { ...crashed(last), endsByItself: true };
}

function memoryTrouble({ metadata, spec }: Pod): Found {
  const isWorker = metadata.labels?.[labelKeys.component] === "worker";
  const limit = ownContainer(spec?.containers)?.resources?.limits?.memory ?? "its limit";
  const message =
    `its container was killed because it used more memory than ${limit}: raise ` +
    (isWorker
      ? "workers.resources.limits.memory of the TenantPlan"
      : "runtime.resources.limits.memory of the TenantPlan, or of the Tenant where it has its own");
  return { reason: "OOMKilled", message };
}

function crashed({ exitCode, message }: Terminated): Found {
  const words = message && lastWords(message);
  const end = `its container ended with code ${exitCode} and is started again`;
  return { reason: "CrashLoopBackOff", message: words ? `${end}: ${words}` : end };
}

function waitingTrouble(pod: Pod): Found | undefined {
  const { reason, message = "" } = ownContainer(pod.status?.containerStatuses)?.state?.waiting ?? {};
  if (reason === undefined || ordinary.has(reason)) return undefined;
  if (reason !== "ErrImagePull" && reason !== "ImagePullBackOff")
    return { reason, message: message || reason };
  const image = ownContainer(pod.spec?.containers)?.image ?? "of its container";
  const cause = pullFailure(message);
  const text = `the image ${image} cannot be pulled${cause && `: ${cause}`}: push it, or set another`;
  return { reason: "ImagePullBackOff", message: text };
}

/** The kubelet's message about an attempt or about the wait after it, without the parts that differ. */
function pullFailure(message: string): string {
  return message
    .replace(/^Back-off pulling image "[^"]*"(: )?/, "")
    .replace(/^ErrImagePull: /, "")
    .replace(/^rpc error: code = \w+ desc = /, "")
    .replace(/:\d+->/g, "->")
    .replace(/\.$/, "");
}

function schedulingTrouble(pod: Pod): Found | undefined {
  const scheduled = conditionOf(pod, "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  const { reason = "Unschedulable", message = "it finds no node" } = scheduled;
  return { reason, message: `${message.replace(/\.$/, "")}: ${roomFor(pod)}` };
}

function roomFor({ metadata }: Pod): string {
  if (metadata.labels?.[labelKeys.component] !== "migration")
    return "add nodes, or choose a plan that asks for less";
  const { cpu, memory } = jobResources.requests;
  return `add nodes: a migration asks for ${cpu} of CPU and ${memory} of memory`;
}

/** A pod's status gives no reason for a volume that cannot be mounted (KEP-3085). Its Events do. */
function startTrouble(pod: Pod, now: Date): Found | undefined {
  const starts = conditionOf(pod, "PodReadyToStartContainers");
  if (starts?.status !== "False" || elapsed(starts.lastTransitionTime, now) <= startPatience)
    return undefined;
  const { namespace, name } = pod.metadata;
  const look = `kubectl -n ${namespace} describe pod ${name}`;
  return {
    reason: "PodNotStarting",
    message: `its volumes or its network are not there, its Events say why: ${look}`,
  };
}

/** The messages of the container runtime and of the tenant's own program, as plain text. */
function described(pod: Pod, { reason, message, endsByItself = false }: Found, now: Date): PodTrouble {
  return {
    reason: plainReason(reason),
    message: plainText(`Pod ${pod.metadata.name}: ${message}`, 1_000),
    lasting: !endsByItself && elapsed(unreadySince(pod), now) > patience,
  };
}

function unreadySince(pod: Pod): string | undefined {
  const condition = conditionOf(pod, "Ready") ?? conditionOf(pod, "PodScheduled");
  return condition?.lastTransitionTime ?? pod.metadata.creationTimestamp;
}

function conditionOf({ status }: Pod, type: string) {
  return status?.conditions?.find((condition) => condition.type === type);
}
