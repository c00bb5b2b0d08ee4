import { jittered } from "../../../platform/base/jittered.ts";

/** The delays in seconds between the attempts of a message: 2 days in all. */
const delays = [60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 72_000] as const;

/** The number of attempts after which a message fails. */
export const mostAttempts = delays.length + 1;

/**
 * The delay in seconds after this failed attempt, counted from 1, plus or minus up to a fifth, so that messages that failed
 * together are not tried together; undefined after the last. `random` returns 0 to 1.
 */
export function retryDelay(attempts: number, random: () => number): number | undefined {
  const delay = delays[attempts - 1];
  return delay === undefined ? undefined : jittered(delay, random);
}

const shortestPause = 30;
const longestPause = 3_600;

/** The pause in seconds after the server has failed so many times in a row: doubled each time, an hour at most. */
export function serverPause(failures: number, random: () => number): number {
  return jittered(Math.min(shortestPause * 2 ** Math.min(failures - 1, 16), longestPause), random);
}
