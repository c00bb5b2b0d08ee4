import type { Path } from "../../../../base/src/path.ts";
import { Zone } from "../../../../calendar/src/zone.ts";
import { monitoringFault } from "../monitoring-fault.ts";
import { requireWhole } from "../require-whole.ts";
import type { Counter, RateSettings, Reading } from "./counter.ts";
import { type Increase, increaseBetween } from "./increase-between.ts";

/** The change of a counter between two readings. */
export type Rate = { readonly from: number; readonly to: number } & Increase;

/**
 * The counts between consecutive readings, which may be in any order. A stretch of unknown count has a reason and
 * no count, because an invented number would be billed or graphed as true.
 * @throws NetworkFault MONITORING_INVALID for values beyond the counter's width, or two different readings at one
 * instant.
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
  for (const [index, reading] of readings.entries()) {
    const path = ["readings", index];
    requireWithin("a counter's value", reading.value, width, [...path, "value"]);
    if (reading.upTime !== undefined) requireWithin("upTime", reading.upTime, 32, [...path, "upTime"]);
    if (reading.discontinuity !== undefined) {
      requireWithin("discontinuity", reading.discontinuity, 32, [...path, "discontinuity"]);
    }
    const other = byInstant.get(reading.at);
    if (other !== undefined && other.value !== reading.value) throw contradiction(other, reading, path);
    byInstant.set(reading.at, reading);
  }
  return [...byInstant.values()].sort((one, other) => one.at - other.at);
}

function requireWithin(what: string, value: bigint, bits: number, path: Path): void {
  if (value >= 0n && value < 1n << BigInt(bits)) return;
  throw monitoringFault(
    `${what} from 0 to 2^${bits} - 1`,
    String(value),
    "check the width of the counter",
    path,
  );
}

function contradiction(one: Reading, other: Reading, path: Path): Error {
  return monitoringFault(
    `one value per instant`,
    `${one.value} and ${other.value} at ${Zone.printInstant(one.at)}`,
    "leave one of the two out",
    path,
  );
}
