import { type Checks, each, eachContainer, eachObject, eachPod, eachRole, eachWorkload } from "./check.ts";
import {
  isServer,
  type KubernetesObject,
  matches,
  matchLabelsOf,
  securityOf,
  type Workload,
  workloads,
} from "./objects.ts";

/** Checks that do not apply to these objects. */
export const omittedOfPolaris: Readonly<Record<string, string>> = {
  clusterrolebindingPodExecAttach: "said of the role itself by clusterrolePodExecAttach",
  rolebindingClusterRolePodExecAttach: "said of the role itself by clusterrolePodExecAttach",
  rolebindingRolePodExecAttach: "said of the role itself by rolePodExecAttach",
  rolebindingClusterAdminClusterRole: "said of every binding by clusterrolebindingClusterAdmin",
  rolebindingClusterAdminRole: "said of every role by kube-linter's wildcard-in-rules",
  metadataAndInstanceMismatched: "the label names the Helm release, as Helm's conventions say, or the tenant",
  hpaMaxAvailability: "no autoscaler is made",
  hpaMinAvailability: "no autoscaler is made",
  pdbMinAvailableGreaterThanHPAMinReplicas: "no autoscaler is made",
};

/**
 * Polaris' checks of security, reliability and efficiency, by their names there
 * (https://polaris.docs.fairwinds.com/checks/security).
 */
export const polaris: Checks = {
  automountServiceAccountToken: eachPod(
    ({ automountServiceAccountToken }) => automountServiceAccountToken !== false,
  ),
  clusterrolePodExecAttach: role("ClusterRole", execOrAttach()),
  clusterrolebindingClusterAdmin: eachObject(({ roleRef }) => roleRef?.name === "cluster-admin"),
  cpuLimitsMissing: eachContainer(({ resources }) => !resources?.limits?.cpu),
  cpuRequestsMissing: eachContainer(({ resources }) => !resources?.requests?.cpu),
  dangerousCapabilities: eachContainer(({ securityContext }) =>
    (securityContext?.capabilities?.add ?? []).some((name) =>
      ["ALL", "SYS_ADMIN", "NET_ADMIN"].includes(name),
    ),
  ),
  deploymentMissingReplicas: each("Deployment", ({ spec }) => (spec?.replicas ?? 1) < 2),
  hostIPCSet: eachPod(({ hostIPC }) => hostIPC === true),
  hostNetworkSet: eachPod(({ hostNetwork }) => hostNetwork === true),
  hostPIDSet: eachPod(({ hostPID }) => hostPID === true),
  hostPathSet: eachPod(({ volumes = [] }) => volumes.some(({ hostPath }) => hostPath)),
  hostPortSet: eachContainer(({ ports = [] }) => ports.some(({ hostPort }) => hostPort)),
  hostProcess: eachContainer(
    (container, pod) => securityOf(container, pod).windowsOptions?.hostProcess === true,
  ),
  insecureCapabilities: eachContainer(
    ({ securityContext }) => !(securityContext?.capabilities?.drop ?? []).includes("ALL"),
  ),
  linuxHardening: eachContainer((container, pod) => {
    const { seccompProfile, seLinuxOptions, appArmorProfile } = securityOf(container, pod);
    const dropped = container.securityContext?.capabilities?.drop ?? [];
    return !seccompProfile && !seLinuxOptions && !appArmorProfile && dropped.length === 0;
  }),
  livenessProbeMissing: eachServerContainer("livenessProbe"),
  memoryLimitsMissing: eachContainer(({ resources }) => !resources?.limits?.memory),
  memoryRequestsMissing: eachContainer(({ resources }) => !resources?.requests?.memory),
  missingNetworkPolicy: eachWorkload(({ labels, object }, all) =>
    lacksFor("NetworkPolicy", object, all, ({ spec }) => matches(labels, spec?.podSelector?.matchLabels)),
  ),
  missingPodDisruptionBudget: eachWorkload((workload, all) => {
    if (!isServer(workload)) return false;
    const covers = (budget: KubernetesObject) => matches(workload.labels, matchLabelsOf(budget));
    return lacksFor("PodDisruptionBudget", workload.object, all, covers);
  }),
  notReadOnlyRootFilesystem: eachContainer(
    ({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true,
  ),
  pdbDisruptionsIsZero: each("PodDisruptionBudget", (budget, all) => {
    const { maxUnavailable, minAvailable } = budget.spec ?? {};
    const selected = workloads(all).filter(({ labels }) => matches(labels, matchLabelsOf(budget)));
    const allNeeded = selected.some(({ replicas }) => Number(minAvailable) >= replicas);
    return maxUnavailable === 0 || maxUnavailable === "0%" || minAvailable === "100%" || allNeeded;
  }),
  priorityClassNotSet: eachPod(({ priorityClassName }) => !priorityClassName),
  privilegeEscalationAllowed: eachContainer(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  ),
  procMount: eachContainer(
    ({ securityContext }) => !["Default", undefined].includes(securityContext?.procMount),
  ),
  pullPolicyNotAlways: eachContainer(({ imagePullPolicy }) => imagePullPolicy !== "Always"),
  readinessProbeMissing: eachServerContainer("readinessProbe"),
  rolePodExecAttach: role("Role", execOrAttach()),
  runAsPrivileged: eachContainer(({ securityContext }) => securityContext?.privileged === true),
  runAsRootAllowed: eachContainer((container, pod) => securityOf(container, pod).runAsNonRoot !== true),
  sensitiveConfigmapContent: each("ConfigMap", ({ data = {} }) =>
    Object.values(data).some((text) =>
      /(password|secret|token|access_key|api_?key)["']?\s*[:=]\s*["']?(?!["'/{$*<]|file|\s)[^\s"',]{8,}/i.test(
        text,
      ),
    ),
  ),
  sensitiveContainerEnvVar: eachContainer(({ env = [] }) =>
    env.some(
      ({ name, value }) => /password|secret|token|access_key|api_?key|oauth/i.test(name) && Boolean(value),
    ),
  ),
  tagNotSpecified: eachContainer(({ image = "" }) => !/[:@][^/]+$/.test(image) || image.endsWith(":latest")),
  tlsSettingsMissing: each("Ingress", ({ spec }) => (spec?.tls ?? []).length === 0),
  topologySpreadConstraint: eachWorkload(
    (workload) => isServer(workload) && (workload.pod.topologySpreadConstraints ?? []).length === 0,
  ),
};

function execOrAttach() {
  return eachRole(({ resources }) =>
    ["pods/exec", "pods/attach", "pods/*", "*"].some((name) => resources.includes(name)),
  );
}

function role(kind: "Role" | "ClusterRole", check: ReturnType<typeof eachRole>): ReturnType<typeof eachRole> {
  return (objects) => check(objects.filter((object) => object.kind === kind));
}

function eachServerContainer(probe: "livenessProbe" | "readinessProbe") {
  return eachWorkload(
    (workload: Workload) =>
      isServer(workload) && workload.pod.containers.some((container) => container[probe] === undefined),
  );
}

/** Whether no object of this kind in the object's namespace refers to it. */
function lacksFor(
  kind: string,
  { metadata }: KubernetesObject,
  all: readonly KubernetesObject[],
  isAbout: (object: KubernetesObject) => boolean,
): boolean {
  return !all.some(
    (other) => other.kind === kind && other.metadata.namespace === metadata.namespace && isAbout(other),
  );
}
