import { execa } from "execa";
import { clusterTables } from "./machine/cluster-tables.ts";
import { networkNamespaces, nftablesTables, queueRules } from "./machine/machine.ts";
import { network, outside } from "./state/layout.ts";

/**
 * Removes from the machine's network what a cluster left whose processes ended and whose state file is
 * elsewhere or gone: its pods' addresses would lead the next cluster's packets astray.
 * @throws an Error where that cluster still runs: there can be one per machine.
 */
export async function removeAbandonedNetwork(): Promise<void> {
  const namespaces = await clusterNamespaces();
  await requireNoProcesses(namespaces);
  for (const name of namespaces) await execa("ip", ["netns", "delete", name]);
  for (const rule of queueRules) await removeEvery(rule);
  const present = await nftablesTables();
  for (const table of clusterTables.filter((name) => present.includes(name))) {
    await execa("nft", ["delete", "table", ...table.split(" ")]);
  }
}

/** The one that stands for the internet, and those of pods: an address of the pods' range tells them apart. */
async function clusterNamespaces(): Promise<string[]> {
  const names = await networkNamespaces();
  const ours = await Promise.all(names.map(async (name) => name === outside.namespace || isPod(name)));
  return names.filter((_, index) => ours[index]);
}

async function isPod(name: string): Promise<boolean> {
  if (!name.startsWith("cni-")) return false;
  const { stdout, failed } = await execa(
    "ip",
    ["-n", name, "-json", "address", "show", "to", network.podRange],
    { reject: false },
  );
  return (
    !failed &&
    (JSON.parse(stdout || "[]") as { ifname?: string }[]).some(({ ifname }) => ifname !== undefined)
  );
}

async function requireNoProcesses(namespaces: readonly string[]): Promise<void> {
  for (const name of namespaces) {
    const { stdout } = await execa("ip", ["netns", "pids", name]);
    if (stdout.trim() === "") continue;
    const pids = stdout.trim().split(/\s+/).join(", ");
    throw new Error(
      `Another cluster runs on this machine: its processes ${pids} are in the network namespace ${name}. Run \`make down\` as the user, or with the XDG_STATE_HOME, that started it.`,
    );
  }
}

async function removeEvery(rule: readonly string[]): Promise<void> {
  while (!(await execa("iptables", ["-w", "-t", "mangle", "-D", ...rule], { reject: false })).failed);
}
