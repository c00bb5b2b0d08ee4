import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { execa } from "execa";
import { natTable, network, outside, paths } from "../state/layout.ts";
import type { Ledger } from "../state/ledger.ts";
import type { ClusterState } from "../state/state.ts";
import { natRules } from "./nat-rules.ts";

const namespaceFolder = "/run/netns";
const sysctls = { "net.ipv4.ip_forward": "1" } as const;
/** The netfilter queue of kube-network-policies. */
const policyQueue = "100";

const queue = ["-m", "conntrack", "--ctstate", "NEW", "-j", "NFQUEUE", "--queue-num", policyQueue];

/** The iptables rules that queue packets from and to pods for the policy engine. */
export const queueRules: readonly (readonly string[])[] = [
  ["FORWARD", "-s", network.podRange, ...queue],
  ["FORWARD", "-d", network.podRange, ...queue],
  ["INPUT", "-s", network.podRange, ...queue],
];

/** The machine's settings before the cluster that the cluster will change. */
export async function machineBefore(): Promise<ClusterState["before"]> {
  const current = await Promise.all(
    Object.keys(sysctls).map(async (name) => [name, await readSysctl(name)] as const),
  );
  const folders = [namespaceFolder, "/run/containerd", "/var/log/containers"];
  return {
    sysctls: Object.fromEntries(current),
    tables: await nftablesTables(),
    networkNamespaces: await networkNamespaces(),
    directories: Object.fromEntries(folders.map((path) => [path, existsSync(path)])),
  };
}

/** Sets up forwarding, the node's address, NAT to other networks, and the queue of the policy engine. */
export async function prepareMachine(ledger: Ledger): Promise<void> {
  for (const [name, value] of Object.entries(sysctls)) await writeSysctl(name, value);
  await addNodeAddress(ledger);
  ledger.record((state) => state.nftablesTables.push(`ip ${natTable}`));
  await execa("nft", ["-f", "-"], { input: natRules });
  if (!(await kernelQueuesFromNftables())) await queueWithIptables(ledger);
  await createOutside(ledger);
}

async function addNodeAddress(ledger: Ledger): Promise<void> {
  const address = `${network.nodeAddress}/32`;
  ledger.record((state) => state.addresses.push({ address, interface: "lo" }));
  await execa("ip", ["address", "replace", address, "dev", "lo"]);
}

/** Checks by a dry run, because some kernels lack CONFIG_NFT_QUEUE. */
async function kernelQueuesFromNftables(): Promise<boolean> {
  const rules = `table inet dotmac-probe {
    chain probe { type filter hook forward priority 0; queue num ${policyQueue}; }
  }`;
  return !(await execa("nft", ["--check", "-f", "-"], { input: rules, reject: false })).failed;
}

/**
 * Adds the policy engine's own rule by iptables: the engine decides on packets from and to pods. The kernel drops
 * queued packets without a listener, so policies apply at any time.
 */
async function queueWithIptables(ledger: Ledger): Promise<void> {
  for (const rule of queueRules) {
    ledger.record((state) => state.iptablesRules.push({ table: "mangle", rule: [...rule] }));
    await execa("iptables", ["-w", "-t", "mangle", "-A", ...rule]);
  }
}

/** Creates a network namespace behind its own link. For pods it is as remote as the internet. */
async function createOutside(ledger: Ledger): Promise<void> {
  ledger.record((state) => {
    state.networkNamespaces.push(outside.namespace);
    state.interfaces.push(outside.hostInterface);
  });
  const inside = ["-n", outside.namespace];
  await execa("ip", ["netns", "add", outside.namespace]);
  await execa("ip", [
    ...["link", "add", outside.hostInterface, "type", "veth"],
    ...["peer", "name", "eth0", "netns", outside.namespace],
  ]);
  await execa("ip", [
    ...["address", "add", outside.gateway, "peer", outside.address],
    ...["dev", outside.hostInterface],
  ]);
  await execa("ip", ["link", "set", outside.hostInterface, "up"]);
  await execa("ip", [...inside, "address", "add", outside.address, "peer", outside.gateway, "dev", "eth0"]);
  await execa("ip", [...inside, "link", "set", "eth0", "up"]);
  await execa("ip", [...inside, "link", "set", "lo", "up"]);
  await execa("ip", [...inside, "route", "add", "default", "via", outside.gateway]);
}

/** The nftables tables, as `family name`. Those of iptables are included. */
export async function nftablesTables(): Promise<string[]> {
  const { stdout } = await execa("nft", ["list", "tables"]);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/^table /, "").trim());
}

export async function networkNamespaces(): Promise<string[]> {
  return existsSync(namespaceFolder) ? readdir(namespaceFolder) : [];
}

function sysctlFile(name: string): string {
  return `/proc/sys/${name.replaceAll(".", "/")}`;
}

async function readSysctl(name: string): Promise<string> {
  return (await readFile(sysctlFile(name), "utf8")).trim();
}

export async function writeSysctl(name: string, value: string): Promise<void> {
  await writeFile(sysctlFile(name), value);
}

/** The folders below which the cluster mounts file systems. */
export const mountRoots = [paths.kubelet, paths.containerdState, paths.containerdRoot];
