import type { JobBounds } from "./job.ts";

/**
 * The delay in seconds after this failed attempt, counted from 1: doubled each time, plus or minus up to a fifth, so
 * that jobs that failed together are not tried together. `random` returns 0 to 1.
 */
export function retryDelay(
  { firstDelaySeconds, longestDelaySeconds }: Pick<JobBounds, "firstDelaySeconds" | "longestDelaySeconds">,
  attempts: number,
  random: () => number,
): number {
  const delay = Math.min(firstDelaySeconds * 2 ** (attempts - 1), longestDelaySeconds);
  return delay * (0.8 + 0.4 * random());
}
