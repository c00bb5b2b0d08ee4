import { readFile } from "node:fs/promises";

/**
 * The answer of this work, and the processor time that a process spent meanwhile on all its threads, in hundredths of a
 * second.
 */
export async function processorTime<Answer>(
  pid: number,
  work: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly spent: number }> {
  const before = await ticks(pid);
  const answer = await work();
  return { answer, spent: (await ticks(pid)) - before };
}

/** User and system time, fields 14 and 15 of proc_pid_stat(5). Field 2, the program's name, may contain spaces. */
async function ticks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
