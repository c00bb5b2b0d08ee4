import { createHash } from "node:crypto";
import { runPaths } from "../../../../../contract/mounts.ts";
import { objectNames } from "../../../../../contract/object-names.ts";
import { migratorFiles } from "../../../../../contract/secret-files.ts";
import type { Job } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint, Resources } from "../../model/blueprint.ts";
import { requestAnnotations } from "../../model/requests.ts";
import { componentLabels } from "../labels.ts";
import {
  configVolume,
  containerDefaults,
  mounts,
  podDefaults,
  podEnvironment,
  temporaryVolume,
  withDisk,
} from "./pod.ts";

export const jobResources: Resources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "1", memory: "384Mi" },
};

/** Limit of a migration in seconds, for all its attempts together. */
export const migrationDeadlineSeconds = 3_600;

/** The same image and start version always give the same name. */
export function migrationJobName(image: string, from: number): string {
  const hash = createHash("sha256").update(`${image}\n${from}`).digest("hex").slice(0, 10);
  return `migrate-${hash}`;
}

/**
 * A Job that migrates the schema from version `from` to that of the tenant's image, as the migrator. `request` is the
 * Tenant's latest request of an attempt, which this one answers.
 */
export function migrationJob(blueprint: Blueprint, from: number, request?: string): Job {
  const labels = componentLabels(blueprint.names, "migration");
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: migrationJobName(blueprint.image, from),
      namespace: blueprint.names.namespace,
      labels,
      ...(request !== undefined && { annotations: { [requestAnnotations.migration]: request } }),
    },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: migrationDeadlineSeconds,
      ttlSecondsAfterFinished: 3_600,
      podReplacementPolicy: "Failed",
      template: {
        metadata: podMetadata(blueprint),
        spec: {
          ...podDefaults,
          serviceAccountName: objectNames.migrator,
          restartPolicy: "Never",
          containers: [
            {
              ...containerDefaults,
              name: "migrate",
              image: blueprint.image,
              command: ["node", "/app/migrate.js"],
              env: podEnvironment(256),
              resources: withDisk(jobResources),
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "FallbackToLogsOnError",
              volumeMounts: mounts,
            },
          ],
          volumes: [configVolume, secretVolume, temporaryVolume],
        },
      },
    },
  };
}

/** Service meshes skip the pod: the container that they add does not end with the migration, so the Job would hang. */
const outsideOfMeshes = {
  labels: { "sidecar.istio.io/inject": "false" },
  annotations: { "sidecar.istio.io/inject": "false", "linkerd.io/inject": "disabled" },
};

function podMetadata({ names, metadata }: Blueprint) {
  const { labels, annotations } = metadata.carried.pods;
  return {
    labels: { ...labels, ...outsideOfMeshes.labels, ...componentLabels(names, "migration") },
    annotations: { ...annotations, ...outsideOfMeshes.annotations },
  };
}

const secretVolume = {
  name: "run",
  projected: {
    defaultMode: 0o440,
    sources: [
      {
        secret: {
          name: objectNames.migrator,
          items: Object.keys(migratorFiles).map((key) => ({ key, path: `${runPaths.secrets}/${key}` })),
        },
      },
    ],
  },
};
