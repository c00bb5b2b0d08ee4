import { jittered } from "../base/jittered.ts";
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
  return jittered(Math.min(firstDelaySeconds * 2 ** (attempts - 1), longestDelaySeconds), random);
}
