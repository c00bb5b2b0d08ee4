import { join } from "node:path";
import { directories } from "../../../machine/directories.ts";

/** The fixed addresses of the native cluster, all of private or documentation ranges (RFC 1918, RFC 5737). */
export const network = {
  /** The node's own address, on the loopback interface. It stays when the machine changes networks. */
  nodeAddress: "10.243.0.1",
  apiPort: 6443,
  podRange: "10.244.0.0/16",
  serviceRange: "10.96.0.0/16",
  apiServiceAddress: "10.96.0.1",
  dnsAddress: "10.96.0.10",
  gatewayAddress: "10.96.0.80",
  /** The address on which components listen for each other. No other program uses its ports. */
  loopback: "127.52.0.1",
} as const;

/**
 * One address that represents the internet (TEST-NET-3, RFC 5737). Only this address is routed, because a machine may
 * use the rest of the range for its own hosts.
 */
export const outside = {
  namespace: "dotmac-outside",
  hostInterface: "dotmac-outside",
  gateway: "203.0.113.1",
  address: "203.0.113.10",
  httpPort: 80,
} as const;

export const nodeName = "dotmac";
export const natTable = "dotmac";

const { state, cache } = directories();
const inState = (...path: string[]) => join(state, ...path);

/** The paths of the native cluster. */
export const paths = {
  state,
  stateFile: inState("state.json"),
  lock: `${state}.lock`,
  kubeconfig: inState("kubeconfig"),
  pki: inState("pki"),
  config: inState("config"),
  logs: inState("logs"),
  auditLog: inState("logs", "audit.log"),
  etcd: inState("etcd"),
  kubelet: inState("kubelet"),
  podLogs: inState("pod-logs"),
  volumes: inState("volumes"),
  cniConfig: inState("cni"),
  cniState: inState("run", "cni"),
  nri: inState("run", "nri"),
  containerdState: inState("run", "containerd"),
  containerdSocket: inState("run", "containerd.sock"),
  /** Kept after the cluster's end, because loaded images outlive it. */
  containerdRoot: join(cache, "containerd"),
} as const;
