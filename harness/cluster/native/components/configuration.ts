import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { auditPolicy } from "../../../kubernetes/audit-policy.ts";
import { network, paths } from "../state/layout.ts";
import { configFiles } from "./components.ts";
import type { Credentials } from "./credentials.ts";

/** Writes every configuration file of the cluster's components. */
export async function writeConfiguration(credentials: Credentials, pauseImage: string): Promise<void> {
  await Promise.all(
    [paths.config, paths.cniConfig, paths.logs].map((path) => mkdir(path, { recursive: true })),
  );
  await Promise.all([
    writeFile(configFiles.audit, stringify(auditPolicy)),
    writeFile(configFiles.kubelet, stringify(kubeletConfiguration(credentials))),
    writeFile(configFiles.proxy, stringify(proxyConfiguration(credentials))),
    writeFile(configFiles.containerd, containerdConfiguration(pauseImage)),
    writeFile(configFiles.resolver, await resolverConfiguration()),
    writeFile(join(paths.cniConfig, "10-dotmac.conflist"), JSON.stringify(podNetwork, null, 2)),
  ]);
}

function kubeletConfiguration({ authority, kubelet }: Credentials) {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    address: network.nodeAddress,
    healthzBindAddress: network.loopback,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: authority.certificate },
    },
    authorization: { mode: "Webhook" },
    tlsCertFile: kubelet.certificate,
    tlsPrivateKeyFile: kubelet.key,
    containerRuntimeEndpoint: `unix://${paths.containerdSocket}`,
    cgroupDriver: "cgroupfs",
    failCgroupV1: false,
    failSwapOn: false,
    clusterDomain: "cluster.local",
    clusterDNS: [network.dnsAddress],
    resolvConf: configFiles.resolver,
    podLogsDir: paths.podLogs,
    maxPods: 250,
    podPidsLimit: 1024,
    // Checks a log's size every 3 s instead of 10 s. It is rotated at 10 MiB.
    containerLogMonitorInterval: "3s",
    containerLogMaxWorkers: 2,
    containerLogMaxSize: "10Mi",
    containerLogMaxFiles: 3,
    serializeImagePulls: false,
    // No registry has these images, so a collected one could not be pulled again.
    imageGCHighThresholdPercent: 100,
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "2%", "imagefs.available": "2%" },
    kubeAPIQPS: 300,
    kubeAPIBurst: 600,
    makeIPTablesUtilChains: false,
  };
}

function proxyConfiguration({ kubeconfigs }: Credentials) {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "nftables",
    clientConnection: { kubeconfig: kubeconfigs.proxy },
    clusterCIDR: network.podRange,
    bindAddress: network.nodeAddress,
    healthzBindAddress: `${network.loopback}:10256`,
    metricsBindAddress: `${network.loopback}:10249`,
    conntrack: { maxPerCore: 0 },
  };
}

/**
 * Through NRI the policy engine learns a pod's address before anything in the pod runs. From the API server it would
 * learn the address later, and the pod would have no policies until then (https://issues.k8s.io/85966).
 * restrict_oom_score_adj: without CAP_SYS_RESOURCE no process can lower the score, and every sandbox would fail.
 */
function containerdConfiguration(pauseImage: string): string {
  return `version = 3
root = "${paths.containerdRoot}"
state = "${paths.containerdState}"
disabled_plugins = ["io.containerd.tracing.processor.v1.otlp"]

[grpc]
  address = "${paths.containerdSocket}"

[ttrpc]
  address = "${paths.containerdSocket}.ttrpc"

[plugins.'io.containerd.nri.v1.nri']
  socket_path = "${paths.nri}/nri.sock"
  plugin_path = "${paths.nri}/plugins"
  plugin_config_path = "${paths.nri}/conf.d"

[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${pauseImage}"

[plugins.'io.containerd.cri.v1.runtime']
  restrict_oom_score_adj = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["/usr/lib/cni"]
  conf_dir = "${paths.cniConfig}"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = false
`;
}

/** One link per pod and no bridge. Traffic between pods is routed, so that policies apply to all of it. */
const podNetwork = {
  cniVersion: "1.0.0",
  name: "dotmac",
  plugins: [
    {
      type: "ptp",
      ipMasq: false,
      ipam: {
        type: "host-local",
        dataDir: paths.cniState,
        ranges: [[{ subnet: "10.244.0.0/24" }]],
        routes: [{ dst: "0.0.0.0/0" }],
      },
    },
    { type: "portmap", capabilities: { portMappings: true } },
  ],
};

/** Pods cannot reach a resolver on the host's loopback interface. The cluster's own names work without one. */
async function resolverConfiguration(): Promise<string> {
  const text = await readFile("/etc/resolv.conf", "utf8").catch(() => "");
  const servers = text.split("\n").filter((line) => /^nameserver\s+(?!127\.|::1)/.test(line));
  return `${(servers.length > 0 ? servers : ["nameserver 203.0.113.53"]).join("\n")}\n`;
}
