import { apiPort, managementPort } from "../../../../../contract/runtime-ports.ts";
import { parseQuantity } from "../../../../../process/quantity.ts";
import { canonicalJson } from "../../../base/canonical-json.ts";
import type { Deployment } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { TenantNames } from "../../model/names.ts";
import { componentLabels, componentSelector } from "../labels.ts";
import { configChecksum, runtimeConfig, shutdown } from "./config-maps.ts";
import {
  type Container,
  configVolume,
  containerDefaults,
  mounts,
  type PodSpec,
  podDefaults,
  podEnvironment,
  temporaryVolume,
} from "./pod.ts";

/** Seconds that workers, Redis and PostgreSQL get to close, after the last request. */
const drainSeconds = 15;

/** Seconds without progress after which an update is called stuck. */
const progressDeadlineSeconds = 300;

/** On the Deployment: the Tenant's own choice that its pods were made for. */
export const ownChoiceAnnotation = "dotmac.io/own-choice";

/** On the Deployment: its pod template as it was wanted, without what the API server adds. */
export const appliedTemplateAnnotation = "dotmac.io/applied-template";

/** On the pod template: changes when pods have to be restarted to read their configuration again. */
export const checksumAnnotation = "dotmac.io/config-checksum";

export type PodTemplate = NonNullable<Deployment["spec"]>["template"];

/** The runtime: a new pod must be ready before an old one goes, so a bad image takes nothing away. */
export function deployment(plan: Blueprint): Deployment {
  return deploymentOf(plan.names, {
    ownChoice: plan.ownChoice,
    template: plan.held?.template ?? podTemplate(plan),
    replicas: plan.suspended ? 0 : plan.replicas,
  });
}

/** The Deployment of pods made from this template. */
export function deploymentOf(
  names: TenantNames,
  { ownChoice, template, replicas }: { ownChoice: string; template: PodTemplate; replicas: number },
): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "runtime",
      namespace: names.namespace,
      labels: componentLabels(names, "runtime"),
      annotations: {
        [ownChoiceAnnotation]: ownChoice,
        [appliedTemplateAnnotation]: canonicalJson(template),
      },
    },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      progressDeadlineSeconds,
      selector: { matchLabels: componentSelector("runtime") },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template,
    },
  };
}

/** What each pod is made from, when no update waits. */
export function podTemplate(plan: Blueprint): PodTemplate {
  const checksum = configChecksum(runtimeConfig(plan).data);
  return {
    metadata: {
      labels: componentLabels(plan.names, "runtime"),
      annotations: { [checksumAnnotation]: checksum },
    },
    spec: podSpec(plan),
  };
}

function podSpec(plan: Blueprint): PodSpec {
  return {
    ...podDefaults,
    serviceAccountName: "runtime",
    terminationGracePeriodSeconds: shutdown.lameDuckSeconds + shutdown.requestGraceSeconds + drainSeconds,
    topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map(spreadOver),
    containers: [container(plan)],
    volumes: [configVolume, runVolume, temporaryVolume],
  };
}

function container(plan: Blueprint): Container {
  return {
    ...containerDefaults,
    name: "runtime",
    image: plan.image,
    env: podEnvironment(heapMegabytes(plan)),
    ports: [
      { name: "api", containerPort: apiPort, protocol: "TCP" },
      { name: "management", containerPort: managementPort, protocol: "TCP" },
    ],
    resources: plan.resources,
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

function spreadOver(topologyKey: string) {
  return {
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: componentSelector("runtime") },
    matchLabelKeys: ["pod-template-hash"],
  };
}

/** Two thirds of the memory limit: the rest is buffers, threads and code. */
function heapMegabytes(plan: Blueprint): number {
  return Math.max(64, Math.floor((parseQuantity(plan.resources.limits.memory) / 2 ** 20) * (2 / 3)));
}

/** One volume for `/var/run/dotmac`, all of it followed by kubelet. */
const runVolume: NonNullable<PodSpec["volumes"]>[number] = {
  name: "run",
  projected: {
    defaultMode: 0o440,
    sources: [
      {
        secret: {
          name: "runtime",
          items: ["database.json", "redis.json", "auth.json", "admin.json", "encryption.json"].map((key) => ({
            key,
            path: `secrets/${key}`,
          })),
        },
      },
      {
        secret: {
          name: "runtime-tls",
          items: ["tls.crt", "tls.key"].map((key) => ({ key, path: `tls/${key}` })),
        },
      },
      ...["vault", "egress"].map((audience) => ({
        serviceAccountToken: { audience, expirationSeconds: 3_600, path: `${audience}/token` },
      })),
    ],
  },
};
