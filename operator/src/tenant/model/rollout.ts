import type { Deployment } from "../../kubernetes/objects/kinds.ts";

export interface Rollout {
  readonly wanted: number;
  readonly ready: number;
  /** Pods of the newest version, ready or not. */
  readonly updated: number;
  /** All wanted pods, and only they, run and serve. */
  readonly finished: boolean;
  /** No progress within the Deployment's progressDeadlineSeconds. */
  readonly stuck: boolean;
}

/** How far the rollout of a Deployment is. A change that its status has not seen yet counts as unfinished. */
export function rollout({ metadata, spec, status }: Deployment): Rollout {
  const wanted = spec?.replicas ?? 1;
  const observed = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
  const progressing = status?.conditions?.find((condition) => condition.type === "Progressing");
  return {
    wanted,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
    finished:
      observed &&
      (status?.replicas ?? 0) === wanted &&
      (status?.updatedReplicas ?? 0) === wanted &&
      (status?.availableReplicas ?? 0) === wanted,
    stuck: observed && progressing?.status === "False" && progressing.reason === "ProgressDeadlineExceeded",
  };
}
