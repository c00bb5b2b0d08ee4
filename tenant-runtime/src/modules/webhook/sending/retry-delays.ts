import { jittered } from "../../../platform/base/jittered.ts";

/** The delays in seconds between attempts: the schedule that Standard Webhooks recommends, 3 days and 3.6 hours in all. */
const delays = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400] as const;

/** The number of attempts after which a delivery fails. */
export const mostAttempts = delays.length + 1;

/** The longest delay that a receiver can ask for with Retry-After. */
const longestAsked = 86_400;

/**
 * The delay in seconds after this failed attempt, counted from 1; undefined after the last. It is that of the schedule, plus
 * or minus up to a fifth, so that messages that failed together are not sent together; at least what the receiver has asked
 * for. `random` returns 0 to 1.
 */
export function retryDelay(
  attempts: number,
  random: () => number,
  askedSeconds: number | undefined = 0,
): number | undefined {
  const delay = delays[attempts - 1];
  if (delay === undefined) return undefined;
  return Math.max(jittered(delay, random), Math.min(askedSeconds, longestAsked));
}
