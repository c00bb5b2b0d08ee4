import { join } from "node:path";
import type { Daemon } from "../machine/daemon.ts";
import { network, nodeName, paths } from "../state/layout.ts";
import type { Credentials } from "./credentials.ts";

/** The configuration files of the daemons below. */
export const configFiles = {
  audit: join(paths.config, "audit.yaml"),
  kubelet: join(paths.config, "kubelet.yaml"),
  proxy: join(paths.config, "kube-proxy.yaml"),
  containerd: join(paths.config, "containerd.toml"),
  resolver: join(paths.config, "resolv.conf"),
} as const;

/**
 * A test cluster's data need not survive the machine, so etcd runs without fsync, which takes most of its time here.
 */
export function etcd(binaries: string): Daemon {
  const client = `http://${network.loopback}:2379`;
  const peer = `http://${network.loopback}:2380`;
  return {
    name: "etcd",
    command: join(binaries, "etcd"),
    args: [
      "--name=dotmac",
      `--data-dir=${paths.etcd}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=dotmac=${peer}`,
      "--unsafe-no-fsync",
      "--quota-backend-bytes=8589934592",
      "--log-level=warn",
    ],
  };
}

export function apiServer(binaries: string, credentials: Credentials): Daemon {
  const { authority, serviceAccounts, apiServerToKubelet } = credentials;
  return {
    name: "kube-apiserver",
    command: join(binaries, "kube-apiserver"),
    args: [
      `--bind-address=${network.nodeAddress}`,
      `--advertise-address=${network.nodeAddress}`,
      `--secure-port=${network.apiPort}`,
      `--etcd-servers=http://${network.loopback}:2379`,
      `--service-cluster-ip-range=${network.serviceRange}`,
      "--authorization-mode=Node,RBAC",
      "--enable-admission-plugins=NodeRestriction",
      "--allow-privileged=true",
      `--client-ca-file=${authority.certificate}`,
      `--tls-cert-file=${credentials.apiServer.certificate}`,
      `--tls-private-key-file=${credentials.apiServer.key}`,
      `--kubelet-certificate-authority=${authority.certificate}`,
      `--kubelet-client-certificate=${apiServerToKubelet.certificate}`,
      `--kubelet-client-key=${apiServerToKubelet.key}`,
      "--kubelet-preferred-address-types=InternalIP",
      "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
      `--service-account-key-file=${serviceAccounts.publicKey}`,
      `--service-account-signing-key-file=${serviceAccounts.privateKey}`,
      `--audit-policy-file=${configFiles.audit}`,
      `--audit-log-path=${paths.auditLog}`,
      "--audit-log-maxsize=500",
      "--profiling=false",
    ],
  };
}

/** Its default limit of 20 requests a second would slow down every larger test. */
export function controllerManager(binaries: string, credentials: Credentials): Daemon {
  const { authority, kubeconfigs } = credentials;
  return {
    name: "kube-controller-manager",
    command: join(binaries, "kube-controller-manager"),
    args: [
      `--bind-address=${network.loopback}`,
      `--kubeconfig=${kubeconfigs.controllerManager}`,
      `--authentication-kubeconfig=${kubeconfigs.controllerManager}`,
      `--authorization-kubeconfig=${kubeconfigs.controllerManager}`,
      "--use-service-account-credentials=true",
      "--allocate-node-cidrs=true",
      `--cluster-cidr=${network.podRange}`,
      `--service-cluster-ip-range=${network.serviceRange}`,
      `--root-ca-file=${authority.certificate}`,
      `--cluster-signing-cert-file=${authority.certificate}`,
      `--cluster-signing-key-file=${authority.key}`,
      `--service-account-private-key-file=${credentials.serviceAccounts.privateKey}`,
      "--leader-elect=false",
      "--kube-api-qps=300",
      "--kube-api-burst=600",
      "--profiling=false",
    ],
  };
}

export function scheduler(binaries: string, { kubeconfigs }: Credentials): Daemon {
  return {
    name: "kube-scheduler",
    command: join(binaries, "kube-scheduler"),
    args: [
      `--bind-address=${network.loopback}`,
      `--kubeconfig=${kubeconfigs.scheduler}`,
      `--authentication-kubeconfig=${kubeconfigs.scheduler}`,
      `--authorization-kubeconfig=${kubeconfigs.scheduler}`,
      "--leader-elect=false",
      "--kube-api-qps=300",
      "--kube-api-burst=600",
      "--profiling=false",
    ],
  };
}

/** containerd looks for its shim and runc on the PATH. */
export function containerd(binaries: string): Daemon {
  return {
    name: "containerd",
    command: join(binaries, "containerd"),
    args: [`--config=${configFiles.containerd}`],
    env: { PATH: `${binaries}:${process.env.PATH}` },
  };
}

export function kubelet(binaries: string, { kubeconfigs }: Credentials): Daemon {
  return {
    name: "kubelet",
    command: join(binaries, "kubelet"),
    args: [
      `--config=${configFiles.kubelet}`,
      `--kubeconfig=${kubeconfigs.kubelet}`,
      `--root-dir=${paths.kubelet}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${network.nodeAddress}`,
    ],
  };
}

export function kubeProxy(binaries: string): Daemon {
  return {
    name: "kube-proxy",
    command: join(binaries, "kube-proxy"),
    args: [`--config=${configFiles.proxy}`, `--hostname-override=${nodeName}`],
  };
}
