import { Zone } from "../../../calendar/src/zone.ts";
import { NetworkFault } from "../network-fault.ts";

/** The mean rates of five minutes, in bits per second. */
export interface RateSample {
  /** Near the first second of the five minutes: pollers are some seconds early or late. */
  readonly at: number;
  readonly in: bigint;
  readonly out: bigint;
  /** The measured port. Samples of one instant without a name are of different ports. */
  readonly port?: string | undefined;
}

export type Rates = Pick<RateSample, "in" | "out">;

/** A sample that is not used, by its index in the list. */
export interface SampleSetAside {
  readonly index: number;
  readonly message: string;
}

export interface PlacedSamples {
  /** Rates by slot and port. All samples without a port name are one port. */
  readonly slots: ReadonlyMap<number, ReadonlyMap<string, Rates>>;
  readonly setAside: readonly SampleSetAside[];
}

export const sampleSeconds = 300;

interface Placed {
  readonly sample: RateSample;
  readonly index: number;
  readonly slot: number;
}

/**
 * Assigns each sample to the nearest five minutes. If a port has several measurements in a slot, the one nearest to
 * the slot's first second counts; the lower one of two different rates at one instant.
 * @param from the first second of the first slot
 * @param count the number of slots; samples nearest to any other slot are set aside
 * @throws NetworkFault QUOTA_INVALID for a negative rate.
 */
export function placeSamples(samples: readonly RateSample[], from: number, count: number): PlacedSamples {
  const placed = samples.map((sample, index): Placed => {
    if (sample.in < 0n || sample.out < 0n) throw negative(sample);
    return { sample, index, slot: Math.floor((sample.at - from + sampleSeconds / 2) / sampleSeconds) };
  });
  const inside = placed.filter(({ slot }) => slot >= 0 && slot < count);
  const slots = new Map<number, Map<string, Rates>>();
  const setAside: SampleSetAside[] = [];
  for (const [slot, ofSlot] of Map.groupBy(inside, (one) => one.slot)) {
    const ports = new Map<string, Rates>();
    for (const [port, ofPort] of Map.groupBy(ofSlot, ({ sample }) => sample.port ?? "")) {
      const nearest = nearestOf(ofPort, from + slot * sampleSeconds);
      const counted = port === "" ? distinct(nearest) : nearest.toSorted(byRates).slice(0, 1);
      ports.set(port, sumOf(counted.map(({ sample }) => sample)));
      setAside.push(...left(ofPort, counted));
    }
    slots.set(slot, ports);
  }
  const outside = placed.filter(({ slot }) => slot < 0 || slot >= count);
  setAside.push(...outside.map(({ sample, index }) => ({ index, message: beyond(sample, from, count) })));
  return { slots, setAside: setAside.sort((one, other) => one.index - other.index) };
}

/** The samples of the instant nearest to the mark; the earlier of two equally near ones. */
function nearestOf(samples: readonly Placed[], mark: number): readonly Placed[] {
  const distance = ({ sample }: Placed) => Math.abs(sample.at - mark);
  const least = samples.reduce((one, other) => {
    const apart = distance(one) - distance(other) || one.sample.at - other.sample.at;
    return apart <= 0 ? one : other;
  });
  return samples.filter(({ sample }) => sample.at === least.sample.at);
}

/** The samples without duplicates, because an equal sample was delivered twice. */
function distinct(samples: readonly Placed[]): readonly Placed[] {
  return [...new Map(samples.toReversed().map((one) => [said(one), one])).values()];
}

function left(samples: readonly Placed[], counted: readonly Placed[]): SampleSetAside[] {
  const counting = new Set(counted.map(said));
  return samples
    .filter((one) => !counting.has(said(one)))
    .map(({ sample, index }) => ({ index, message: surplus(sample, counted[0]?.sample ?? sample) }));
}

function said({ sample }: Placed): string {
  return `${sample.in}/${sample.out}`;
}

function surplus({ at, in: rateIn, out }: RateSample, counted: RateSample): string {
  return `expected one sample of a port for each five minutes; found ${rateIn} in and ${out} out at ${Zone.printInstant(at)} beside ${counted.in} in and ${counted.out} out at ${Zone.printInstant(counted.at)}, which counts: name the ports where they are two`;
}

/**
 * The message for a sample outside of the slots: from half a slot before the first second to half a slot before the
 * end.
 */
function beyond({ at }: RateSample, from: number, count: number): string {
  const first = Zone.printInstant(from - sampleSeconds / 2);
  const end = Zone.printInstant(from + count * sampleSeconds - sampleSeconds / 2);
  return `expected a sample of the period, at or after ${first} and before ${end}; found ${Zone.printInstant(at)}: it does not count`;
}

function byRates({ sample: one }: Placed, { sample: other }: Placed): number {
  return Number(one.in + one.out - other.in - other.out) || Number(one.in - other.in);
}

/** The rates of one line: the sum of its ports. */
export function sumOf(rates: readonly Rates[]): Rates {
  return rates.reduce((sum, one) => ({ in: sum.in + one.in, out: sum.out + one.out }), { in: 0n, out: 0n });
}

function negative({ at, in: rateIn, out }: RateSample): NetworkFault {
  return new NetworkFault(
    "QUOTA_INVALID",
    `expected rates of 0 or more; found ${rateIn} in and ${out} out at ${Zone.printInstant(at)}: correct the series`,
  );
}
