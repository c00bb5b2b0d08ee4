import type { Workload } from "../../../../../contract/labels.ts";
import { runPaths } from "../../../../../contract/mounts.ts";
import { objectNames } from "../../../../../contract/object-names.ts";
import { apiPort, managementPort } from "../../../../../contract/runtime-ports.ts";
import { secretFiles } from "../../../../../contract/secret-files.ts";
import { canonicalJson } from "../../../base/canonical-json.ts";
import type { Deployment } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { TenantNames } from "../../model/names/names.ts";
import { requestAnnotations } from "../../model/requests.ts";
import { componentLabels, componentSelector } from "../labels.ts";
import { configChecksum, runtimeConfig, shutdown } from "./config-maps.ts";
import {
  type Container,
  configVolume,
  containerDefaults,
  heapMegabytes,
  mounts,
  type PodSpec,
  podDefaults,
  podEnvironment,
  spreadOf,
  temporaryVolume,
  withDisk,
} from "./pod.ts";

/** Seconds for workers, Redis and PostgreSQL to close after the last request. */
const drainSeconds = 15;

/** Seconds without progress after which an update counts as stuck. */
const progressDeadlineSeconds = 300;

/** Annotation on the Deployment: the Tenant's own choice at the time its pods were made. */
export const ownChoiceAnnotation = "dotmac.io/own-choice";

/** Annotation on the Deployment: the desired pod template, without the fields that the API server adds. */
export const appliedTemplateAnnotation = "dotmac.io/applied-template";

/** Annotation on the pod template: it changes when pods must restart to read their configuration. */
export const checksumAnnotation = "dotmac.io/config-checksum";

/** Annotation on the pod template: the last request of new pods. A changed one makes them. */
const restartAnnotation = requestAnnotations.restart;

export type PodTemplate = NonNullable<Deployment["spec"]>["template"];

/** The parts of a Deployment that are not in the blueprint. */
interface Present {
  /** The present number of pods, which an autoscaler may have chosen. */
  readonly replicas?: number | undefined;
  /** Pods that stay until a migration has ended. */
  readonly kept?: { readonly ownChoice: string; readonly template: PodTemplate } | undefined;
  /** The last request of new pods. */
  readonly restart?: string | undefined;
}

/** The runtime's Deployment. A new pod must be ready before an old one ends, so a bad image stops no pod. */
export function deployment(blueprint: Blueprint, { replicas, kept, restart }: Present = {}): Deployment {
  return deploymentOf(blueprint.names, {
    ownChoice: kept?.ownChoice ?? blueprint.ownChoice,
    template: withRestart(kept?.template ?? blueprint.held?.template ?? podTemplate(blueprint), restart),
    replicas: replicasOf(blueprint, replicas),
  });
}

/** The request of new pods that the template's pods answer. */
export function restartOf(template: PodTemplate | undefined): string | undefined {
  return template?.metadata?.annotations?.[restartAnnotation];
}

/** The template for pods that answer this request, or none. */
export function withRestart(template: PodTemplate, restart: string | undefined): PodTemplate {
  const { [restartAnnotation]: _, ...annotations } = template.metadata?.annotations ?? {};
  const answered = restart === undefined ? annotations : { ...annotations, [restartAnnotation]: restart };
  return { ...template, metadata: { ...template.metadata, annotations: answered } };
}

function replicasOf({ suspended, autoscaling, replicas }: Blueprint, live = 0): number {
  if (suspended) return 0;
  if (autoscaling === undefined) return replicas;
  return Math.min(Math.max(live, autoscaling.minReplicas), autoscaling.maxReplicas);
}

/** The Deployment of a component with pods of this template. */
export function deploymentOf(
  names: TenantNames,
  { ownChoice, template, replicas }: { ownChoice: string; template: PodTemplate; replicas: number },
  component: Workload = "runtime",
): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: component,
      namespace: names.namespace,
      labels: componentLabels(names, component),
      annotations: {
        [ownChoiceAnnotation]: ownChoice,
        [appliedTemplateAnnotation]: canonicalJson(template),
      },
    },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds,
      selector: { matchLabels: componentSelector(component) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template,
    },
  };
}

/** The template of each pod when no update waits. */
export function podTemplate(blueprint: Blueprint): PodTemplate {
  const checksum = configChecksum(runtimeConfig(blueprint).data);
  const { labels, annotations } = blueprint.metadata.carried.pods;
  return {
    metadata: {
      labels: { ...labels, ...componentLabels(blueprint.names, "runtime") },
      annotations: { ...annotations, [checksumAnnotation]: checksum },
    },
    spec: podSpec(blueprint),
  };
}

function podSpec(blueprint: Blueprint): PodSpec {
  return {
    ...podDefaults,
    serviceAccountName: "runtime",
    terminationGracePeriodSeconds: shutdown.lameDuckSeconds + shutdown.requestGraceSeconds + drainSeconds,
    topologySpreadConstraints: spreadOf("runtime"),
    containers: [container(blueprint)],
    volumes: [configVolume, runVolume, temporaryVolume],
  };
}

function container(blueprint: Blueprint): Container {
  return {
    ...containerDefaults,
    name: "runtime",
    image: blueprint.image,
    env: podEnvironment(
      heapMegabytes(blueprint.resources),
      blueprint.workers.replicas > 0 ? "api" : undefined,
    ),
    ports: [
      { name: "api", containerPort: apiPort, protocol: "TCP" },
      { name: "management", containerPort: managementPort, protocol: "TCP" },
    ],
    resources: withDisk(blueprint.resources),
    startupProbe: probe("/health/startup", { periodSeconds: 1, failureThreshold: 120 }),
    readinessProbe: probe("/health/ready", { periodSeconds: 2, failureThreshold: 2 }),
    livenessProbe: probe("/health/live", { periodSeconds: 10, failureThreshold: 3 }),
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: mounts,
  };
}

function probe(path: string, times: { periodSeconds: number; failureThreshold: number }) {
  return { httpGet: { path, port: "management", scheme: "HTTPS" }, timeoutSeconds: 3, ...times };
}

/** One volume for the whole folder. The kubelet updates all its files. */
const runVolume: NonNullable<PodSpec["volumes"]>[number] = {
  name: "run",
  projected: {
    defaultMode: 0o440,
    sources: [
      {
        secret: {
          name: objectNames.runtime,
          items: Object.keys(secretFiles).map((key) => ({ key, path: `${runPaths.secrets}/${key}` })),
        },
      },
      {
        secret: {
          name: objectNames.runtimeTls,
          items: ["tls.crt", "tls.key"].map((key) => ({ key, path: `${runPaths.tls}/${key}` })),
        },
      },
      tokenFor("vault", runPaths.vaultToken),
      tokenFor("egress", runPaths.egressToken),
    ],
  },
};

function tokenFor(audience: string, path: string) {
  return { serviceAccountToken: { audience, expirationSeconds: 3_600, path } };
}
