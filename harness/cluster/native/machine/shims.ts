import { readdirSync, readFileSync } from "node:fs";
import { type ProcessIdentity, processIdentity } from "../../../machine/process-identity.ts";
import { paths } from "../state/layout.ts";
import { stopDaemon } from "./daemon.ts";

/** Ends the helper processes of our containerd (identified by its socket) beside each pod. */
export async function killShims(): Promise<void> {
  const ours = processesWhere((args) => isShimOf(args, paths.containerdSocket));
  await Promise.all(ours.map((identity) => stopDaemon({ name: "containerd-shim", ...identity }, 2)));
}

/** Whether these are the arguments of a shim of the containerd with that socket. */
export function isShimOf(args: readonly string[], socket: string): boolean {
  const isShim = args[0]?.endsWith("containerd-shim-runc-v2") ?? false;
  return isShim && args[args.indexOf("-address") + 1] === socket;
}

export function processesWhere(matches: (args: string[]) => boolean): ProcessIdentity[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => matches(argumentsOf(pid)))
    .map(processIdentity)
    .filter((identity) => identity !== undefined);
}

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return []; // it has ended
  }
}
