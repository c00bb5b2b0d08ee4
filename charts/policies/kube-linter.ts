import type { V1PodSpec, V1Probe } from "@kubernetes/client-node";
import {
  type Check,
  type Checks,
  each,
  eachContainer,
  eachObject,
  eachPod,
  eachRole,
  eachWorkload,
} from "./check.ts";
import {
  type Container,
  containersOf,
  isServer,
  type KubernetesObject,
  matches,
  matchLabelsOf,
  securityOf,
  workloads,
} from "./objects.ts";

/** Checks that do not apply to these objects. */
export const omittedOfKubeLinter: Readonly<Record<string, string>> = {
  "required-annotation-email": "a convention of one organisation",
  "required-label-owner": "a convention of one organisation",
  "sorted-keys": "a matter of taste in files, which objects do not have",
  "schema-validation": "the API server validates them strictly, in templates.test.ts",
  "no-node-affinity": "where pods may run is the value nodeSelector",
  "dangling-horizontalpodautoscaler": "no autoscaler is made",
  "hpa-minimum-three-replicas": "no autoscaler is made",
  "dangling-servicemonitor": "no ServiceMonitor is made",
  "scc-deny-privileged-container": "OpenShift's SecurityContextConstraints are not made",
};

/**
 * The built-in checks of kube-linter, whether on by default or not, by their names there
 * (https://docs.kubelinter.io/#/generated/checks).
 */
export const kubeLinter: Checks = {
  "access-to-create-pods": eachRole(
    ({ resources, verbs }) => verbs.includes("create") && resources.some((name) => makesPods.includes(name)),
  ),
  "access-to-secrets": eachRole(
    ({ resources, verbs }) =>
      resources.includes("secrets") &&
      ["get", "list", "watch", "create", "delete", "*"].some((verb) => verbs.includes(verb)),
  ),
  "cluster-admin-role-binding": eachObject(({ roleRef }) => roleRef?.name === "cluster-admin"),
  "dangling-ingress": each("Ingress", ({ spec }, all) => {
    const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
    const services = all.filter(({ kind }) => kind === "Service").map(({ metadata }) => metadata.name);
    return paths.some(({ backend }) => !services.includes(backend.service?.name ?? ""));
  }),
  "dangling-networkpolicy": each("NetworkPolicy", ({ spec }, all) => selectsNothing(spec?.podSelector, all)),
  "dangling-networkpolicypeer-podselector": each("NetworkPolicy", ({ spec, metadata }, all) => {
    const peers = [
      ...(spec?.ingress ?? []).flatMap(({ from = [] }) => from),
      ...(spec?.egress ?? []).flatMap(({ to = [] }) => to),
    ];
    const here = all.filter((other) => other.metadata.namespace === metadata.namespace);
    return peers.some(
      ({ podSelector, namespaceSelector }) =>
        podSelector !== undefined && namespaceSelector === undefined && selectsNothing(podSelector, here),
    );
  }),
  "dangling-service": each("Service", ({ spec }, all) =>
    selectsNothing({ matchLabels: spec?.selector as Record<string, string> }, all),
  ),
  "default-service-account": eachPod(({ serviceAccountName = "" }) =>
    ["", "default"].includes(serviceAccountName),
  ),
  "deprecated-service-account-field": eachPod(({ serviceAccount }) => serviceAccount !== undefined),
  "dnsconfig-options": eachPod(
    ({ dnsConfig }) => !dnsConfig?.options?.some(({ name, value }) => name === "ndots" && value === "2"),
  ),
  "docker-sock": hostPaths((path) => path.endsWith("docker.sock")),
  "drop-net-raw-capability": eachContainer(({ securityContext }) => {
    const dropped = securityContext?.capabilities?.drop ?? [];
    return !dropped.includes("ALL") && !dropped.includes("NET_RAW");
  }),
  "duplicate-env-var": eachContainer(
    ({ env = [] }) => new Set(env.map(({ name }) => name)).size < env.length,
  ),
  "env-var-secret": eachContainer(({ env = [] }) =>
    env.some(({ name, value }) => /secret/i.test(name) && Boolean(value)),
  ),
  "env-value-from": eachWorkload(({ pod }, all) => {
    const has = (wanted: string, reference: { name?: string; optional?: boolean } | undefined) =>
      reference === undefined ||
      reference.optional === true ||
      all.some(({ kind, metadata }) => kind === wanted && metadata.name === reference.name);
    return containersOf(pod).some(({ env = [] }) =>
      env.some(
        ({ valueFrom }) =>
          !has("Secret", valueFrom?.secretKeyRef) || !has("ConfigMap", valueFrom?.configMapKeyRef),
      ),
    );
  }),
  "exposed-services": each("Service", ({ spec }) =>
    ["NodePort", "LoadBalancer"].includes(spec?.type ?? "ClusterIP"),
  ),
  "host-ipc": eachPod(({ hostIPC }) => hostIPC === true),
  "host-network": eachPod(({ hostNetwork }) => hostNetwork === true),
  "host-pid": eachPod(({ hostPID }) => hostPID === true),
  "invalid-target-ports": each("Service", ({ spec }) =>
    (spec?.ports ?? []).some(({ targetPort = 1 }) =>
      typeof targetPort === "number"
        ? targetPort < 1 || targetPort > 65_535
        : !/^(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?$/.test(targetPort),
    ),
  ),
  "job-ttl-seconds-after-finished": each("Job", ({ spec }) => spec?.ttlSecondsAfterFinished === undefined),
  "latest-tag": eachContainer(({ image = "" }) => /:latest$|^[^:]*$|\/[^:]+$/.test(image)),
  "liveness-port": probesWithoutPort(({ livenessProbe }) => livenessProbe),
  "minimum-three-replicas": each("Deployment", ({ spec }) => (spec?.replicas ?? 1) < 3),
  "mismatching-selector": eachWorkload(({ object, labels }) => !matches(labels, matchLabelsOf(object))),
  "no-anti-affinity": eachWorkload(
    ({ replicas, pod }) => replicas > 1 && pod.affinity?.podAntiAffinity === undefined,
  ),
  "no-extensions-v1beta": eachObject(({ apiVersion }) => apiVersion.startsWith("extensions/v1beta")),
  "no-liveness-probe": eachWorkload((workload) => isServer(workload) && lacks(workload.pod, "livenessProbe")),
  "no-read-only-root-fs": eachContainer(
    ({ securityContext }) => securityContext?.readOnlyRootFilesystem !== true,
  ),
  "no-readiness-probe": eachWorkload(
    (workload) => isServer(workload) && lacks(workload.pod, "readinessProbe"),
  ),
  "no-rolling-update-strategy": eachWorkload(({ object }) => {
    const { strategy, updateStrategy } = object.spec ?? {};
    return !["RollingUpdate", undefined].includes((strategy ?? updateStrategy)?.type);
  }),
  "non-existent-service-account": eachWorkload(({ pod, object }, all) => {
    const accounts = all.filter(
      ({ kind, metadata }) => kind === "ServiceAccount" && metadata.namespace === object.metadata.namespace,
    );
    return !accounts.some(({ metadata }) => metadata.name === pod.serviceAccountName);
  }),
  "non-isolated-pod": eachWorkload(({ labels, object }, all) => {
    const policies = all.filter(
      ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.namespace === object.metadata.namespace,
    );
    return !policies.some(({ spec }) => matches(labels, spec?.podSelector?.matchLabels));
  }),
  "pdb-max-unavailable": each(
    "PodDisruptionBudget",
    ({ spec }) => spec?.maxUnavailable === 0 || spec?.maxUnavailable === "0%",
  ),
  "pdb-min-available": each("PodDisruptionBudget", (budget, all) => {
    const { minAvailable } = budget.spec ?? {};
    if (minAvailable === undefined) return false;
    const selected = workloads(all).filter(({ labels }) => matches(labels, matchLabelsOf(budget)));
    return minAvailable === "100%" || selected.some(({ replicas }) => Number(minAvailable) >= replicas);
  }),
  "pdb-unhealthy-pod-eviction-policy": each(
    "PodDisruptionBudget",
    ({ spec }) => spec?.unhealthyPodEvictionPolicy !== "AlwaysAllow",
  ),
  "priority-class-name": eachPod(
    ({ priorityClassName = "" }) =>
      !["", "system-cluster-critical", "system-node-critical"].includes(priorityClassName),
  ),
  "privilege-escalation-container": eachContainer(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  ),
  "privileged-container": eachContainer(({ securityContext }) => securityContext?.privileged === true),
  "privileged-ports": eachContainer(({ ports = [] }) =>
    ports.some(({ containerPort }) => containerPort <= 1_024),
  ),
  "read-secret-from-env-var": eachContainer(
    ({ env = [], envFrom = [] }) =>
      env.some(({ valueFrom }) => valueFrom?.secretKeyRef) || envFrom.some(({ secretRef }) => secretRef),
  ),
  "readiness-port": probesWithoutPort(({ readinessProbe }) => readinessProbe),
  "restart-policy": eachWorkload(
    (workload) => isServer(workload) && !["Always", undefined].includes(workload.pod.restartPolicy),
  ),
  "run-as-non-root": eachContainer((container, pod) => {
    const { runAsNonRoot, runAsUser } = securityOf(container, pod);
    return runAsNonRoot !== true || runAsUser === 0;
  }),
  "sensitive-host-mounts": hostPaths((path) => /^\/(boot|dev|etc|lib|proc|sys|usr)?$/.test(path)),
  "ssh-port": eachContainer(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === 22)),
  "startup-port": probesWithoutPort(({ startupProbe }) => startupProbe),
  "unsafe-proc-mount": eachContainer(({ securityContext }) => securityContext?.procMount === "Unmasked"),
  "unsafe-sysctls": eachPod(({ securityContext }) =>
    (securityContext?.sysctls ?? []).some(({ name }) =>
      /^(kernel\.(msg|sem|shm)|fs\.mqueue\.|net\.)/.test(name),
    ),
  ),
  "unset-cpu-requirements": eachContainer(({ resources }) => !resources?.requests?.cpu),
  "unset-memory-requirements": eachContainer(
    ({ resources }) => !resources?.requests?.memory || !resources.limits?.memory,
  ),
  "use-namespace": eachWorkload(({ object }) => [undefined, "default"].includes(object.metadata.namespace)),
  "wildcard-in-rules": eachRole(({ groups, resources, verbs }) =>
    [...groups, ...resources, ...verbs].includes("*"),
  ),
  "writable-host-mount": eachPod((pod) => {
    const fromHost = (pod.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name);
    return containersOf(pod).some(({ volumeMounts = [] }) =>
      volumeMounts.some(({ name, readOnly }) => fromHost.includes(name) && readOnly !== true),
    );
  }),
};

const makesPods = ["pods", "deployments", "statefulsets", "replicasets", "cronjobs", "jobs", "daemonsets"];

function selectsNothing(
  selector: { matchLabels?: Record<string, string> } | undefined,
  all: readonly KubernetesObject[],
): boolean {
  return !workloads(all).some(({ labels }) => matches(labels, selector?.matchLabels));
}

function lacks(pod: V1PodSpec, probe: "livenessProbe" | "readinessProbe"): boolean {
  return pod.containers.some((container) => container[probe] === undefined);
}

function hostPaths(fails: (path: string) => boolean): Check {
  return eachPod(({ volumes = [] }) =>
    volumes.some(({ hostPath }) => hostPath !== undefined && fails(hostPath.path)),
  );
}

/** A probe uses a port that the container does not list. */
function probesWithoutPort(probeOf: (container: Container) => V1Probe | undefined): Check {
  return eachContainer((container) => {
    const probe = probeOf(container);
    const asked = probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
    const listed = (container.ports ?? []).flatMap(({ name, containerPort }) => [name, containerPort]);
    return asked !== undefined && !listed.includes(asked as number | string);
  });
}
