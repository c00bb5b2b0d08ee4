import { existsSync } from "node:fs";
import { readdir, readlink, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import type { Progress } from "../../machine/progress.ts";
import { removeContainers } from "./components/containers.ts";
import { killPods, removePodGroups } from "./machine/cgroups.ts";
import { clusterTables } from "./machine/cluster-tables.ts";
import { stopDaemon } from "./machine/daemon.ts";
import { networkNamespaces, nftablesTables, writeSysctl } from "./machine/machine.ts";
import { unmountBelow } from "./machine/mounts.ts";
import { killShims } from "./machine/shims.ts";
import { paths } from "./state/layout.ts";
import type { ClusterState } from "./state/state.ts";

/**
 * Removes everything that the state file records, and the cluster's files. Loaded images stay in the cache. Each
 * part tolerates missing objects, so it also removes a partly started or stopped cluster.
 */
export async function stopCluster(state: ClusterState, progress: Progress): Promise<void> {
  progress("stopping the components that start pods");
  await stopAll(state, ["kubelet", "kube-proxy", "kube-scheduler", "kube-controller-manager"]);
  progress("ending pods");
  await endPods(state);
  progress("stopping the API server and etcd");
  await stopAll(state, ["kube-apiserver"]);
  await stopAll(state, ["etcd", "outside-listener"]);
  progress("restoring the machine's network");
  await restoreNetwork(state);
  await removeFiles(state);
}

async function stopAll(state: ClusterState, names: readonly string[]): Promise<void> {
  const recorded = state.processes.filter(({ name }) => names.includes(name));
  await Promise.all(recorded.map((each) => stopDaemon(each)));
}

async function endPods(state: ClusterState): Promise<void> {
  await killPods();
  const areForgotten = await removeContainers(state.binaries).then(
    () => true,
    () => false,
  );
  await killShims();
  await stopAll(state, ["containerd"]);
  for (const root of state.mountRoots) await unmountBelow(root);
  // A containerd that crashed remembers containers that no longer exist. Delete its data; the images are loaded again.
  if (!areForgotten) await rm(paths.containerdRoot, { recursive: true, force: true });
  await removePodGroups();
}

async function restoreNetwork(state: ClusterState): Promise<void> {
  await removeNetworkNamespaces(state);
  for (const name of state.interfaces) await execa("ip", ["link", "delete", name], { reject: false });
  for (const { table, rule } of state.iptablesRules) {
    await execa("iptables", ["-w", "-t", table, "-D", ...rule], { reject: false });
  }
  await removeTables(state);
  for (const { address, interface: device } of state.addresses) {
    await execa("ip", ["address", "delete", address, "dev", device], { reject: false });
  }
  for (const [name, value] of Object.entries(state.before.sysctls)) await writeSysctl(name, value);
}

/** Removes ours, and those that the network plugin made for pods (`cni-…`) since. */
async function removeNetworkNamespaces(state: ClusterState): Promise<void> {
  const folder = "/run/netns";
  const ours = (await networkNamespaces()).filter(
    (name) =>
      state.networkNamespaces.includes(name) ||
      (name.startsWith("cni-") && !state.before.networkNamespaces.includes(name)),
  );
  for (const name of ours) await execa("ip", ["netns", "delete", name]);
  if (state.before.directories[folder] !== false || !existsSync(folder)) return;
  if ((await readdir(folder)).length > 0) return; // another program has added its own
  await unmountBelow(folder);
  await rmdir(folder);
}

/** kube-proxy and the policy engine leave their tables, and iptables leaves new empty ones. */
async function removeTables(state: ClusterState): Promise<void> {
  const made: readonly string[] = [...state.nftablesTables, ...clusterTables];
  const since = (await nftablesTables()).filter((table) => !state.before.tables.includes(table));
  for (const table of since) {
    if (made.includes(table) || (isIptables(table) && (await isEmpty(table)))) {
      await execa("nft", ["delete", "table", ...table.split(" ")]);
    }
  }
}

function isIptables(table: string): boolean {
  return /^(ip|ip6) (filter|mangle|nat|raw)$/.test(table);
}

async function isEmpty(table: string): Promise<boolean> {
  const { stdout } = await execa("nft", ["--json", "list", "table", ...table.split(" ")]);
  const { nftables } = JSON.parse(stdout) as { nftables: Record<string, unknown>[] };
  return !nftables.some((item) => "rule" in item);
}

async function removeFiles(state: ClusterState): Promise<void> {
  await removeContainerLogLinks(state);
  await removeRuntimeFolder(state);
  await rm(paths.state, { recursive: true, force: true });
}

/** The kubelet links every container's log here, independent of its settings. */
async function removeContainerLogLinks(state: ClusterState): Promise<void> {
  const folder = "/var/log/containers";
  if (!existsSync(folder)) return;
  for (const name of await readdir(folder)) {
    const link = join(folder, name);
    const target = await readlink(link).catch(() => "");
    if (target.startsWith(paths.podLogs)) await rm(link);
  }
  if (state.before.directories[folder] === false) await rmdir(folder).catch(() => undefined); // it holds foreign files
}

/** Shims and runc keep their state here, independent of containerd's settings. Another containerd would too. */
async function removeRuntimeFolder(state: ClusterState): Promise<void> {
  const folder = "/run/containerd";
  const isOthers = state.before.directories[folder] !== false || existsSync(`${folder}/containerd.sock`);
  if (!isOthers) await rm(folder, { recursive: true, force: true });
}
