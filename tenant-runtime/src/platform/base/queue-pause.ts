/** The pause in milliseconds after a failure, and before another look at due work that nobody can take yet. */
export const retryMs = 5_000;

/** The shortest pause before work that is due soon. */
const shortestMs = 500;

/** The pause in milliseconds until the next look at a queue whose next work is due in `dueInMs`; at most `longestMs`. */
export function pauseUntilDue(dueInMs: number, longestMs: number): number {
  // Another pod holds the due work, and may have died, or there is no room for it.
  if (dueInMs <= 0) return Math.min(longestMs, retryMs);
  return Math.min(longestMs, Math.max(shortestMs, dueInMs));
}
