import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Identifies a process uniquely, even after its pid is reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque: the start time from the kernel. */
  readonly startTime: string;
}

/** The process with this pid, or undefined when there is none (or only its zombie). */
export function processIdentity(pid: number): ProcessIdentity | undefined {
  const startTime = process.platform === "linux" ? startTimeFromProc(pid) : startTimeFromPs(pid);
  return startTime === undefined ? undefined : { pid, startTime };
}

export function isAlive(known: ProcessIdentity): boolean {
  return processIdentity(known.pid)?.startTime === known.startTime;
}

/** Field 22 of proc_pid_stat(5). Fields are counted after the name, which may hold spaces and brackets. */
function startTimeFromProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

function startTimeFromPs(pid: number): string | undefined {
  const shown = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout?.trim();
  return shown === "" ? undefined : shown;
}
