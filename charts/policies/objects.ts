import type {
  V1Container,
  V1NetworkPolicyEgressRule,
  V1NetworkPolicyIngressRule,
  V1PodSecurityContext,
  V1PodSpec,
  V1PolicyRule,
  V1SecurityContext,
} from "@kubernetes/client-node";

type Labels = Record<string, string>;

/** The fields of a Kubernetes object that the checks read, for every kind. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
  };
  readonly spec?: ObjectSpec;
  /** In a Role or ClusterRole. */
  readonly rules?: readonly V1PolicyRule[];
  /** In a RoleBinding or ClusterRoleBinding. */
  readonly roleRef?: { readonly kind: string; readonly name: string };
  /** In a ConfigMap. */
  readonly data?: Readonly<Record<string, string>>;
}

interface ObjectSpec {
  readonly replicas?: number;
  readonly strategy?: { readonly type?: string };
  readonly updateStrategy?: { readonly type?: string };
  /** A map of labels in a Service, a LabelSelector elsewhere. */
  readonly selector?: Labels | { readonly matchLabels?: Labels };
  readonly podSelector?: { readonly matchLabels?: Labels };
  readonly ingress?: readonly { readonly from?: V1NetworkPolicyIngressRule["_from"] }[];
  readonly egress?: readonly V1NetworkPolicyEgressRule[];
  readonly template?: { readonly metadata?: { readonly labels?: Labels }; readonly spec: V1PodSpec };
  readonly ttlSecondsAfterFinished?: number;
  readonly type?: string;
  readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
  readonly tls?: readonly object[];
  readonly rules?: readonly {
    readonly http?: {
      readonly paths: readonly { readonly backend: { readonly service?: { readonly name: string } } }[];
    };
  }[];
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
  readonly unhealthyPodEvictionPolicy?: string;
}

/** An object that creates pods. */
export interface Workload {
  readonly object: KubernetesObject;
  readonly pod: V1PodSpec;
  readonly labels: Labels;
  readonly replicas: number;
}

export type Container = V1Container;

/** The name of an object in a check's result: `Deployment/runtime`. */
export function nameOf({ kind, metadata }: KubernetesObject): string {
  return `${kind}/${metadata.name}`;
}

export function workloads(objects: readonly KubernetesObject[]): Workload[] {
  return objects.flatMap((object) => {
    const template = object.spec?.template;
    if (template === undefined) return [];
    const replicas = object.spec?.replicas ?? 1;
    return [{ object, pod: template.spec, labels: template.metadata?.labels ?? {}, replicas }];
  });
}

/** Every container of a pod, including init containers. */
export function containersOf({ containers, initContainers = [] }: V1PodSpec): Container[] {
  return [...initContainers, ...containers];
}

/** Whether a workload serves as long as its pod runs. The pods of a Job end by themselves. */
export function isServer({ object }: Workload): boolean {
  return object.kind !== "Job" && object.kind !== "CronJob";
}

/** Whether labels match a selector. A selector without labels matches everything. */
export function matches(labels: Labels, wanted: Labels = {}): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

export function matchLabelsOf({ spec }: KubernetesObject): Labels {
  return (spec?.selector as { matchLabels?: Labels } | undefined)?.matchLabels ?? {};
}

/** The security context of a container. Its own fields override its pod's. */
export function securityOf(
  { securityContext }: Container,
  pod: V1PodSpec,
): V1PodSecurityContext & V1SecurityContext {
  return { ...pod.securityContext, ...securityContext };
}
