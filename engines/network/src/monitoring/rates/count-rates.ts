import { monitoringFault } from "../monitoring-fault.ts";
import { requireWhole } from "../require-whole.ts";
import type { Counter, RateSettings, Reading } from "./counter.ts";
import { type Increase, increaseBetween } from "./increase-between.ts";

/** What a counter did between two readings. */
export type Rate = { readonly from: number; readonly to: number } & Increase;

/**
 * What a counter counted between each reading and the next, from readings in any order. Where that cannot be
 * told, the stretch says why and has no count: a made-up number would be billed or graphed as if it were true.
 * @throws NetworkFault MONITORING_INVALID for values beyond the counter's width, or two readings of one instant
 * that differ.
 */
export function countRates(
  counter: Counter,
  readings: readonly Reading[],
  settings: RateSettings,
): readonly Rate[] {
  requireWhole("longestGapSeconds", settings.longestGapSeconds, 1);
  requireWhole("slackSeconds", settings.slackSeconds, 0);
  const rates: Rate[] = [];
  let before: Reading | undefined;
  for (const reading of readingsInOrder(counter, readings)) {
    if (before !== undefined) {
      rates.push({ from: before.at, to: reading.at, ...increaseBetween(before, reading, counter, settings) });
    }
    before = reading;
  }
  return rates;
}

function readingsInOrder({ width }: Counter, readings: readonly Reading[]): readonly Reading[] {
  const byInstant = new Map<number, Reading>();
  for (const reading of readings) {
    requireWithin("a counter's value", reading.value, width);
    if (reading.upTime !== undefined) requireWithin("upTime", reading.upTime, 32);
    if (reading.discontinuity !== undefined) requireWithin("discontinuity", reading.discontinuity, 32);
    const other = byInstant.get(reading.at);
    if (other !== undefined && other.value !== reading.value) throw contradiction(other, reading);
    byInstant.set(reading.at, reading);
  }
  return [...byInstant.values()].sort((one, other) => one.at - other.at);
}

function requireWithin(what: string, value: bigint, bits: number): void {
  if (value >= 0n && value < 1n << BigInt(bits)) return;
  throw monitoringFault(`${what} from 0 to 2^${bits} - 1`, String(value), "check the width of the counter");
}

function contradiction(one: Reading, other: Reading): Error {
  return monitoringFault(
    `one value per instant`,
    `${one.value} and ${other.value} at ${one.at}`,
    "leave one of the two out",
  );
}
