import { existsSync, readdirSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { paths } from "../state/layout.ts";
import { podGroups } from "./cgroups.ts";
import { networkNamespaces } from "./machine.ts";
import { mountPoints } from "./mounts.ts";
import { processesWhere } from "./shims.ts";

/** Everything that a cluster could leave on a machine, each kind as sorted lines. */
export type Footprint = Readonly<Record<string, readonly string[]>>;

/** Records the state of the machine. It includes processes whose arguments name the cluster's folders. */
export async function footprint(): Promise<Footprint> {
  const lines = async (command: string, ...args: string[]) =>
    (await execa(command, args)).stdout.split("\n").filter(Boolean);
  const ours = processesWhere((args) => args.some((arg) => arg.includes(paths.state)));
  return {
    processes: ours.map(({ pid }) => `${pid} ${readFileSync(`/proc/${pid}/comm`, "utf8").trim()}`),
    mounts: mountPoints(readFileSync("/proc/self/mountinfo", "utf8")).toSorted(),
    networkNamespaces: (await networkNamespaces()).toSorted(),
    interfaces: readdirSync("/sys/class/net").toSorted(),
    addresses: (await lines("ip", "-oneline", "address")).map((line) => line.replace(/\s+/g, " ")).toSorted(),
    routes: (await lines("ip", "route", "show", "table", "all")).toSorted(),
    nftables: await lines("nft", "--stateless", "list", "ruleset"),
    controlGroups: podGroups(),
    forwarding: [readFileSync("/proc/sys/net/ipv4/ip_forward", "utf8").trim()],
    folders: ["/run/netns", "/run/containerd", "/var/log/containers", paths.state].filter(existsSync),
  };
}

/** The lines in `after` that are not in `before`, each with its kind. */
export function leftovers(before: Footprint, after: Footprint): string[] {
  return Object.entries(after).flatMap(([kind, now]) =>
    now.filter((line) => !before[kind]?.includes(line)).map((line) => `${kind}: ${line}`),
  );
}
