import type { Deployment } from "../../../kubernetes/objects/kinds.ts";

export interface Rollout {
  readonly desired: number;
  readonly ready: number;
  /** Number of pods of the newest version, ready or not. */
  readonly updated: number;
  /** Whether all desired pods, and only they, run and serve. */
  readonly finished: boolean;
  /** Whether there was no progress within the Deployment's progressDeadlineSeconds. */
  readonly stuck: boolean;
}

/** The progress of a Deployment's rollout. A change that its status does not reflect yet counts as unfinished. */
export function rollout({ metadata, spec, status }: Deployment): Rollout {
  const desired = spec?.replicas ?? 1;
  const observed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  const progressing = status?.conditions?.find((condition) => condition.type === "Progressing");
  return {
    desired,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    finished:
      observed &&
      (status?.replicas ?? 0) === desired &&
      (status?.updatedReplicas ?? 0) === desired &&
      (status?.availableReplicas ?? 0) === desired,
    stuck: observed && progressing?.status === "False" && progressing.reason === "ProgressDeadlineExceeded",
  };
}
