import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import { processIdentity } from "../../../machine/process-identity.ts";
import { stopDaemon } from "./daemon.ts";

const root = "/sys/fs/cgroup";

/** The control groups of pods, in each hierarchy (version 1) or the only one (version 2). */
export function podGroups(): string[] {
  const hierarchies = existsSync(join(root, "cgroup.controllers"))
    ? [root]
    : readdirSync(root).map((name) => join(root, name));
  return hierarchies.map((hierarchy) => join(hierarchy, "kubepods")).filter((path) => existsSync(path));
}

function groupsBelow(group: string): string[] {
  const children = readdirSync(group, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...children.flatMap(({ name }) => groupsBelow(join(group, name))), group];
}

/** The pids of all processes in pods. Exported to refuse a second kubelet on one machine. */
export function podProcesses(): number[] {
  const pids = podGroups()
    .flatMap(groupsBelow)
    .flatMap((group) => readFileSync(join(group, "cgroup.procs"), "utf8").split("\n"));
  return [...new Set(pids.filter(Boolean).map(Number))];
}

/** Kills every process in a pod at once, without a graceful stop. */
export async function killPods(): Promise<void> {
  const identities = podProcesses()
    .map(processIdentity)
    .filter((identity) => identity !== undefined);
  await Promise.all(identities.map((identity) => stopDaemon({ name: "pod", ...identity }, 0)));
}

export async function removePodGroups(): Promise<void> {
  for (const group of podGroups().flatMap(groupsBelow)) await rmdir(group);
}
