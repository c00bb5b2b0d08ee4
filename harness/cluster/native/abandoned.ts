import { execa } from "execa";
import { clusterTables } from "./machine/cluster-tables.ts";
import { networkNamespaces, nftablesTables, queueRules } from "./machine/machine.ts";
import { network, outside } from "./state/layout.ts";

/**
 * Removes the network of an earlier cluster whose processes have ended and whose state file is elsewhere or deleted.
 * The addresses of its pods would misdirect the next cluster's packets.
 * @throws an Error if that cluster still runs, because one machine can have only one.
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

/** The namespace that represents the internet and those of pods, which have an address of the pods' range. */
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
