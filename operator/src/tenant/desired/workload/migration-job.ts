import { createHash } from "node:crypto";
import type { Job } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint, Resources } from "../../model/blueprint.ts";
import { componentLabels } from "../labels.ts";
import {
  configVolume,
  containerDefaults,
  mounts,
  podDefaults,
  podEnvironment,
  temporaryVolume,
} from "./pod.ts";

export const jobResources: Resources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "1", memory: "384Mi" },
};

/** Seconds that a migration may take, all its attempts together. */
export const migrationDeadlineSeconds = 3_600;

/** The same image and starting point give the same Job, however often it is asked for. */
export function migrationJobName(image: string, from: number): string {
  const hash = createHash("sha256").update(`${image}\n${from}`).digest("hex").slice(0, 10);
  return `migrate-${hash}`;
}

/** Brings the schema from version `from` to that of the tenant's image, as the migrator. */
export function migrationJob(plan: Blueprint, from: number): Job {
  const labels = componentLabels(plan.names, "migration");
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: migrationJobName(plan.image, from), namespace: plan.names.namespace, labels },
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: migrationDeadlineSeconds,
      ttlSecondsAfterFinished: 3_600,
      podReplacementPolicy: "Failed",
      template: {
        metadata: { labels },
        spec: {
          ...podDefaults,
          serviceAccountName: "migrator",
          restartPolicy: "Never",
          containers: [
            {
              ...containerDefaults,
              name: "migrate",
              image: plan.image,
              command: ["node", "/app/migrate.js"],
              env: podEnvironment(256),
              resources: jobResources,
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

const secretVolume = {
  name: "run",
  projected: {
    defaultMode: 0o440,
    sources: [
      { secret: { name: "migrator", items: [{ key: "database.json", path: "secrets/database.json" }] } },
    ],
  },
};
