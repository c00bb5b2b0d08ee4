const text = '[{"a":1},'.repeat((256 * 1024) / 9);
let leastOfPass = Number.POSITIVE_INFINITY;

/**
 * The most passes that work may take whose time grows with the length of its input. Such work takes up to three. Work
 * that grows with the square of 256 KiB takes hundreds.
 */
export const mostPasses = 12;

/**
 * The processor time of this work on this thread, as a multiple of one reading of 256 KiB of text token by token on the
 * same machine. Both are the least of three turns, one after the other, so that a busy machine slows both.
 */
export function linearPasses(work: () => unknown): number {
  let leastOfWork = timeOf(work);
  if (leastOfWork <= leastOfPass && leastOfPass !== Number.POSITIVE_INFINITY)
    return leastOfWork / leastOfPass;
  for (let turn = 0; turn < 3; turn += 1) {
    leastOfPass = Math.min(leastOfPass, timeOf(readTokens));
    leastOfWork = Math.min(leastOfWork, timeOf(work));
  }
  return leastOfWork / leastOfPass;
}

function readTokens(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [token] of text.matchAll(/[a-z0-9]+|[^a-z0-9]/g))
    counts.set(token, (counts.get(token) ?? 0) + 1);
  return counts;
}

/** In microseconds. */
function timeOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}
