import { readFile } from "node:fs/promises";

/** The processor time of a process on all its threads during this work, in hundredths of a second. */
export async function processorTime(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = await ticks(pid);
  await work();
  return (await ticks(pid)) - before;
}

/** User and system time, fields 14 and 15 of proc_pid_stat(5). Field 2, the program's name, may contain spaces. */
async function ticks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
