import { type Checks, eachContainer, eachPod } from "./check.ts";
import { securityOf } from "./objects.ts";

/**
 * The controls of the Pod Security Standards at the level `restricted`, which contains `baseline`, by their names there
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
 */
export const podSecurity: Checks = {
  HostProcess: eachContainer(
    (container, pod) => securityOf(container, pod).windowsOptions?.hostProcess === true,
  ),
  "Host Namespaces": eachPod(({ hostNetwork, hostPID, hostIPC }) =>
    Boolean(hostNetwork || hostPID || hostIPC),
  ),
  "Privileged Containers": eachContainer(({ securityContext }) => securityContext?.privileged === true),
  Capabilities: eachContainer(({ securityContext }) => {
    const { add = [], drop = [] } = securityContext?.capabilities ?? {};
    return !drop.includes("ALL") || add.some((name) => name !== "NET_BIND_SERVICE");
  }),
  "HostPath Volumes": eachPod(({ volumes = [] }) => volumes.some(({ hostPath }) => hostPath)),
  "Host Ports": eachContainer(({ ports = [] }) => ports.some(({ hostPort = 0 }) => hostPort !== 0)),
  "Host Probes / Lifecycle Hooks": eachContainer(
    ({ livenessProbe, readinessProbe, startupProbe, lifecycle }) =>
      [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop].some(
        (action) => action?.httpGet?.host || action?.tcpSocket?.host,
      ),
  ),
  AppArmor: eachContainer(
    (container, pod) => securityOf(container, pod).appArmorProfile?.type === "Unconfined",
  ),
  SELinux: eachContainer((container, pod) => {
    const { type, user, role } = securityOf(container, pod).seLinuxOptions ?? {};
    const types = [undefined, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
    return !types.includes(type) || Boolean(user) || Boolean(role);
  }),
  "/proc Mount Type": eachContainer(
    ({ securityContext }) => !["Default", undefined].includes(securityContext?.procMount),
  ),
  Seccomp: eachContainer((container, pod) => {
    const { type } = securityOf(container, pod).seccompProfile ?? {};
    return type !== "RuntimeDefault" && type !== "Localhost";
  }),
  Sysctls: eachPod(({ securityContext }) =>
    (securityContext?.sysctls ?? []).some(({ name }) => !safeSysctls.includes(name)),
  ),
  "Volume Types": eachPod(({ volumes = [] }) =>
    volumes.some((volume) => !volumeTypes.some((type) => type in volume)),
  ),
  "Privilege Escalation": eachContainer(
    ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false,
  ),
  "Running as Non-root": eachContainer((container, pod) => securityOf(container, pod).runAsNonRoot !== true),
  "Running as Non-root user": eachContainer((container, pod) => securityOf(container, pod).runAsUser === 0),
};

const safeSysctls = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
];

const volumeTypes = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected"],
  ...["secret", "image"],
];
