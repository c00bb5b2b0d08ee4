/**
 * The least processor time, in milliseconds, of this work in three runs. The work of other processes does not
 * count.
 */
export function cpuTime(work: () => unknown): number {
  return Math.min(...[1, 2, 3].map(() => timeOfOne(work)));
}

function timeOfOne(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
