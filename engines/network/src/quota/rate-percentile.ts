import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { NetworkFault } from "../network-fault.ts";

/** The mean rates of five minutes, in bits per second. */
export interface RateSample {
  /** The first second of the five minutes, or any other in them. */
  readonly at: number;
  readonly in: bigint;
  readonly out: bigint;
}

export interface PercentileSettings {
  /** Which rate is billed; `larger` is that of the two percentiles, `larger-sample` that of each sample's. */
  readonly direction: "in" | "out" | "larger" | "larger-sample" | "sum";
  /** What the five minutes without a sample are: nothing at all, a rate of 0, or as the five before them. */
  readonly missing: "leave-out" | "zero" | "previous";
}

export interface RatePercentile {
  /** How many five minutes the period has in its zone. */
  readonly expected: number;
  readonly missing: number;
  readonly in: bigint;
  readonly out: bigint;
  readonly billed: bigint;
}

const sampleSeconds = 300;
const longestPeriod = 366;

/**
 * The 95th percentile of a period's five-minute rates by nearest rank: sorted, the top twentieth (rounded
 * down) discarded, the highest one left. Without any sample it is 0.
 * @param period local dates, `to` not included; a day of 23 hours has 276 samples, one of 25 hours 300
 * @throws NetworkFault QUOTA_INVALID for two samples of the same five minutes that differ, a negative rate,
 *   or a period of more than a year.
 */
export function ratePercentile(
  samples: readonly RateSample[],
  period: { readonly from: LocalDate; readonly to: LocalDate },
  zone: Zone,
  settings: PercentileSettings,
): RatePercentile {
  const [from, to] = [zone.startOf(period.from), zone.startOf(period.to)];
  if (period.from.daysUntil(period.to) > longestPeriod) throw tooLong(period);
  const expected = Math.max(0, Math.ceil((to - from) / sampleSeconds));
  const bySlot = placed(samples, from, to);
  const series = completed(bySlot, expected, settings.missing);
  const rateIn = nearestRank(series.map((sample) => sample.in));
  const rateOut = nearestRank(series.map((sample) => sample.out));
  return {
    expected,
    missing: expected - bySlot.size,
    in: rateIn,
    out: rateOut,
    billed: billed(series, rateIn, rateOut, settings),
  };
}

type Rates = Pick<RateSample, "in" | "out">;

function placed(samples: readonly RateSample[], from: number, to: number): Map<number, Rates> {
  const bySlot = new Map<number, Rates>();
  for (const sample of samples) {
    if (sample.in < 0n || sample.out < 0n) throw refused("rates of 0 or more", sample);
    if (sample.at < from || sample.at >= to) continue;
    const slot = Math.floor((sample.at - from) / sampleSeconds);
    const known = bySlot.get(slot);
    if (known !== undefined && (known.in !== sample.in || known.out !== sample.out)) {
      throw refused("one sample for each five minutes", sample);
    }
    bySlot.set(slot, sample);
  }
  return bySlot;
}

function completed(
  bySlot: ReadonlyMap<number, Rates>,
  expected: number,
  missing: PercentileSettings["missing"],
): Rates[] {
  if (missing === "leave-out") return [...bySlot.values()];
  const series: Rates[] = [];
  let previous: Rates = { in: 0n, out: 0n };
  for (let slot = 0; slot < expected; slot += 1) {
    const sample = bySlot.get(slot);
    series.push(sample ?? (missing === "zero" ? { in: 0n, out: 0n } : previous));
    previous = sample ?? previous;
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

function refused(expected: string, { at, in: rateIn, out }: RateSample): NetworkFault {
  return new NetworkFault(
    "QUOTA_INVALID",
    `expected ${expected}; found ${rateIn} in and ${out} out at ${at}: correct the series`,
  );
}

function tooLong({ from, to }: { readonly from: LocalDate; readonly to: LocalDate }): NetworkFault {
  return new NetworkFault(
    "QUOTA_INVALID",
    `expected a period of at most ${longestPeriod} days; found ${from}/${to}: ask for a month`,
  );
}
