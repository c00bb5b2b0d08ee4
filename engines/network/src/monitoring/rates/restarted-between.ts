import type { Reading } from "./counter.ts";

const upTimeWrap = 1n << 32n;

/**
 * Whether a device restarted: its sysUpTime fell or advanced less than the clock. Computed modulo 2^32, because
 * sysUpTime wraps after 497 days without a restart (RFC 3418). False for a reading without sysUpTime.
 */
export function restartedBetween(before: Reading, after: Reading, slackSeconds: number): boolean {
  if (before.upTime === undefined || after.upTime === undefined) return false;
  const expected = BigInt(after.at - before.at) * 100n;
  const slack = BigInt(slackSeconds) * 100n;
  const mayWrap = before.upTime + expected + slack >= upTimeWrap;
  if (after.upTime < before.upTime && !mayWrap) return true;
  const behind = modulo(before.upTime + expected - after.upTime);
  return behind > slack && upTimeWrap - behind > slack;
}

/** The remainder from 0 to 2^32 - 1, also for negative numbers. */
function modulo(hundredths: bigint): bigint {
  return ((hundredths % upTimeWrap) + upTimeWrap) % upTimeWrap;
}
