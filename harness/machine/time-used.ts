import { readFileSync } from "node:fs";

/** The CPU time of this process's ended children and of theirs, in seconds; undefined outside of Linux. */
export function childrenCpuSeconds(): number | undefined {
  let stat: string;
  try {
    stat = readFileSync("/proc/self/stat", "utf8");
  } catch {
    return undefined;
  }
  // proc(5): cutime and cstime are the fields 16 and 17. The name, field 2, may hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticksPerSecond = 100;
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** `Done in 21 min; 38 CPU minutes.` Without the CPU time where it is not known. */
export function timeUsed(seconds: number, cpuSeconds: number | undefined): string {
  const wall = seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`;
  if (cpuSeconds === undefined) return `Done in ${wall}.`;
  const minutes = cpuSeconds / 60;
  return `Done in ${wall}; ${minutes.toFixed(minutes < 10 ? 1 : 0)} CPU minutes.`;
}
