import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { NetworkFault } from "../network-fault.ts";
import {
  type PlacedSamples,
  placeSamples,
  type RateSample,
  type Rates,
  sampleSeconds,
  sumOf,
} from "./place-samples.ts";

export interface PercentileSettings {
  /**
   * The billed rate. `larger` is the larger of the two percentiles, `larger-sample` the percentile of each sample's
   * larger rate.
   */
  readonly direction: "in" | "out" | "larger" | "larger-sample" | "sum";
  /** The value of five minutes without a sample: none, a rate of 0, or the value of the previous five minutes. */
  readonly missing: "leave-out" | "zero" | "previous";
}

export interface RatePercentile {
  /** The number of five-minute slots of the period in its zone. */
  readonly expected: number;
  readonly missing: number;
  readonly in: bigint;
  readonly out: bigint;
  readonly billed: bigint;
}

/** Local dates; `to` is not included. */
interface Days {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

const longestPeriod = 366;

/**
 * The 95th percentile of a period's five-minute rates by nearest rank: sort them, discard the top twentieth
 * (rounded down), and take the highest of the rest. The rates of several ports are added in each slot. 0 without
 * any sample.
 * @param period local dates, `to` not included; a day of 23 hours has 276 samples, one of 25 hours has 300
 * @throws NetworkFault QUOTA_INVALID for a negative rate, or a period of more than a year.
 */
export function ratePercentile(
  samples: readonly RateSample[],
  period: Days,
  zone: Zone,
  settings: PercentileSettings,
): RatePercentile {
  const { slots } = samplesOfPeriod(samples, period, zone);
  const expected = slotsOf(period, zone);
  const series = completed(slots, expected, settings.missing);
  const rateIn = nearestRank(series.map((sample) => sample.in));
  const rateOut = nearestRank(series.map((sample) => sample.out));
  return {
    expected,
    missing: expected - slots.size,
    in: rateIn,
    out: rateOut,
    billed: billed(series, rateIn, rateOut, settings),
  };
}

/**
 * The samples of a period in its slots, and the samples that do not count.
 * @throws NetworkFault QUOTA_INVALID as `ratePercentile` does.
 */
export function samplesOfPeriod(samples: readonly RateSample[], period: Days, zone: Zone): PlacedSamples {
  if (period.from.daysUntil(period.to) > longestPeriod) throw tooLong(period);
  return placeSamples(samples, zone.startOf(period.from), slotsOf(period, zone));
}

function slotsOf({ from, to }: Days, zone: Zone): number {
  return Math.max(0, Math.ceil((zone.startOf(to) - zone.startOf(from)) / sampleSeconds));
}

type Slots = PlacedSamples["slots"];

function completed(slots: Slots, expected: number, missing: PercentileSettings["missing"]): Rates[] {
  if (missing === "leave-out") return [...slots.values()].map((ports) => sumOf([...ports.values()]));
  const series: Rates[] = [];
  const previous = new Map<string, Rates>();
  for (let slot = 0; slot < expected; slot += 1) {
    if (missing === "zero") previous.clear();
    for (const [port, rates] of slots.get(slot) ?? []) previous.set(port, rates);
    series.push(sumOf([...previous.values()]));
  }
  return series;
}

function billed(
  series: readonly Rates[],
  rateIn: bigint,
  rateOut: bigint,
  { direction }: PercentileSettings,
): bigint {
  if (direction === "in") return rateIn;
  if (direction === "out") return rateOut;
  if (direction === "larger") return larger(rateIn, rateOut);
  if (direction === "sum") return nearestRank(series.map((sample) => sample.in + sample.out));
  return nearestRank(series.map((sample) => larger(sample.in, sample.out)));
}

function nearestRank(rates: readonly bigint[]): bigint {
  const sorted = [...rates].sort((one, other) => (one < other ? -1 : Number(one > other)));
  return sorted[Math.ceil((95 * sorted.length) / 100) - 1] ?? 0n;
}

function larger(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function tooLong({ from, to }: Days): NetworkFault {
  return new NetworkFault(
    "QUOTA_INVALID",
    `expected a period of at most ${longestPeriod} days; found ${from}/${to}: ask for a month`,
    ["period"],
  );
}
