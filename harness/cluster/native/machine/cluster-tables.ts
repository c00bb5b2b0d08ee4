import { natTable } from "../state/layout.ts";

/** The nftables tables of a cluster: its own, kube-proxy's and the policy engine's. */
export const clusterTables = [
  `ip ${natTable}`,
  "ip kube-proxy",
  "ip6 kube-proxy",
  "inet kube-network-policies",
] as const;
