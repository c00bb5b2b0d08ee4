import type { Counter, RateSettings, Reading } from "./counter.ts";
import { restartedBetween } from "./restarted-between.ts";

/** A count between two readings, or the reason why there is none. */
export type Increase =
  | {
      readonly kind: "counted";
      readonly count: bigint;
      /** Counts per second, rounded half up. */
      readonly perSecond: bigint;
      readonly wrapped: boolean;
    }
  | { readonly kind: "reset"; readonly reason: ResetReason }
  | { readonly kind: "gap" }
  | { readonly kind: "unclear"; readonly reason: UnclearReason };

/** The reason why the counter restarted. */
export type ResetReason = "restart" | "discontinuity" | "implausible";

/** The reason why the count is unknown. */
export type UnclearReason = "may have wrapped more than once" | "wrapped or reset";

/**
 * The increase from one reading to the next. A smaller value is a wrap, if no reset shows and the increase fits the
 * interface's speed. A reset shows by a restart (sysUpTime), a new discontinuity time (RFC 2863 section 3.1.5) or
 * an increase beyond the interface's speed.
 */
export function increaseBetween(
  before: Reading,
  after: Reading,
  counter: Counter,
  settings: RateSettings,
): Increase {
  const seconds = after.at - before.at;
  if (restartedBetween(before, after, settings.slackSeconds)) return { kind: "reset", reason: "restart" };
  if (before.discontinuity !== after.discontinuity) return { kind: "reset", reason: "discontinuity" };
  if (seconds > settings.longestGapSeconds) return { kind: "gap" };
  const span = 1n << BigInt(counter.width);
  const most = mostIn(seconds + settings.slackSeconds, counter);
  if (most !== undefined && most >= span) return unclear("may have wrapped more than once");
  const wrapped = after.value < before.value;
  const count = after.value - before.value + (wrapped ? span : 0n);
  if (most !== undefined && count > most) return { kind: "reset", reason: "implausible" };
  if (wrapped && most === undefined && !vouched(after, counter)) return unclear("wrapped or reset");
  return { kind: "counted", count, perSecond: perSecond(count, BigInt(seconds)), wrapped };
}

/**
 * Without a speed, only a running sysUpTime distinguishes a wrap from a reset, and only for 32 bits: 2^64 octets
 * take 46 years at 100 Gbit/s, so a 64-bit counter that falls did not wrap.
 */
function vouched({ upTime }: Reading, { width }: Counter): boolean {
  return upTime !== undefined && width === 32;
}

function mostIn(seconds: number, { bitsPerSecond, bitsPerCount }: Counter): bigint | undefined {
  return bitsPerSecond === undefined ? undefined : (bitsPerSecond * BigInt(seconds)) / bitsPerCount;
}

function unclear(reason: UnclearReason): Increase {
  return { kind: "unclear", reason };
}

function perSecond(count: bigint, seconds: bigint): bigint {
  return (2n * count + seconds) / (2n * seconds);
}
