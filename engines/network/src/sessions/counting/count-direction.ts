import type { Direction } from "../records/direction.ts";
import { isUntimed } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import { longestRetry } from "../strands/begin-tolerance.ts";
import { type Begin, type Carried, carriedBetween } from "./carried.ts";
import { countedBytes } from "./counted-bytes.ts";
import { isTorn } from "./is-torn.ts";
import { lowerAfter } from "./lower-after.ts";

/** Bytes of one direction between two readings that have the counter. */
export interface Moved {
  readonly from: number;
  readonly to: number;
  readonly bytes: bigint;
}

/** A count that is not counted. */
export type LeftOut = TooFast | Torn;

interface OfRecord {
  /** The index of the record with the count. */
  readonly place: number;
  readonly direction: Direction;
}

/** A rise that no line can carry. */
export interface TooFast extends OfRecord {
  readonly kind: "too-fast";
  readonly bytes: bigint;
  readonly most: Carried;
}

/** A count whose octets and gigawords are from two moments. */
export interface Torn extends OfRecord {
  readonly kind: "torn";
  readonly count: bigint;
  /** The counts of the records before and after it. */
  readonly between: readonly [bigint, bigint];
}

export interface CountedDirection {
  /** Sorted, without gaps, up to the last reading. */
  readonly moved: readonly Moved[];
  readonly wraps: number;
  readonly resets: number;
  readonly leftOut: readonly LeftOut[];
}

/** A reading that has the counter. */
interface Known {
  readonly at: number;
  /** Undefined for the begin of the session. */
  readonly reading: Reading | undefined;
  readonly value: bigint;
  readonly wide: boolean;
}

type KnownReading = Known & { readonly reading: Reading };

const narrow = 2n ** 32n;

/**
 * The count of one counter of a session. These readings are ignored: one without the counter; a zero of a stop
 * after counted bytes, because the interface was gone before the NAS read it; and a zero or a late count if the
 * next count continues from the one before. A rise that no line can carry and a torn count are left out.
 * @param readings sorted, the stop last
 */
export function countDirection(
  begin: Begin,
  readings: readonly Reading[],
  direction: Direction,
  width: 32 | 64,
  settings: SessionSettings,
): CountedDirection {
  const moved: Moved[] = [];
  const leftOut: LeftOut[] = [];
  const events = { wrap: 0, reset: 0 };
  let before: Known = { at: begin.at, reading: undefined, value: 0n, wide: false };
  const known = knownOf(readings, direction);
  const firstLower = lowerAfter(known.map(({ value }) => value));
  for (const [index, reading] of known.entries()) {
    const after = width === 64 ? widened(before, reading, settings) : reading;
    const { place } = after.reading;
    const following = width === 64 ? known[index + 1] : undefined;
    const between = following && tornBetween(begin, before, after, following, settings);
    if (between !== undefined) {
      leftOut.push({ kind: "torn", place, direction, count: after.value, between });
      continue;
    }
    const most = carriedBetween(begin, before.reading, after.reading, settings);
    const rise = after.value - before.value;
    const isImpossible = rise > most.bytes;
    if (isImpossible) {
      leftOut.push({ kind: "too-fast", place, direction, bytes: rise, most });
      if (isTakenBack(firstLower(index, after.value), before.value)) continue;
    }
    const { bytes, event } = isImpossible
      ? { bytes: 0n, event: undefined }
      : countedBytes(before.value, after.value, most.bytes, width);
    if (event === "stale") continue;
    if (event !== undefined) events[event] += 1;
    moved.push({ from: before.at, to: after.at, bytes });
    before = after;
  }
  const last = readings.at(-1)?.at ?? begin.at;
  if (last > before.at) moved.push({ from: before.at, to: last, bytes: 0n });
  return { moved, wraps: events.wrap, resets: events.reset, leftOut };
}

/** The counts before and after a torn one; undefined if it is not torn, or if no line carries their difference. */
function tornBetween(
  begin: Begin,
  before: Known,
  { value }: Known,
  following: KnownReading,
  settings: SessionSettings,
): Torn["between"] | undefined {
  const next = widened(before, following, settings).value;
  const most = carriedBetween(begin, before.reading, following.reading, settings);
  return isTorn(before.value, value, next) && next - before.value <= most.bytes
    ? [before.value, next]
    : undefined;
}

/**
 * Whether the first lower count after an impossible one continues from the count before it. Then the impossible
 * count was wrong.
 */
function isTakenBack(lower: bigint | undefined, before: bigint): boolean {
  return lower !== undefined && lower >= before;
}

function knownOf(readings: readonly Reading[], direction: Direction): KnownReading[] {
  const known: KnownReading[] = [];
  const withCounter = readings.filter(({ record }) => record[direction] !== undefined);
  const nextCounts = countsAfter(withCounter, direction);
  let before: Pick<Known, "at" | "value"> = { at: Number.NEGATIVE_INFINITY, value: 0n };
  withCounter.forEach((reading, index) => {
    const { at, record } = reading;
    const value = record[direction] ?? 0n;
    const isGone = value === 0n && before.value > 0n;
    if (isGone && record.status === "stop") return;
    if (isGone || isLate(reading, value, before)) {
      const next = nextCounts[index];
      if (next !== undefined && next >= before.value) return;
    }
    before = { at, value };
    known.push({ at, reading, value, wide: record.wide });
  });
  return known;
}

/** Whether a count fell soon after the one before it and has no event time: the NAS then repeated an old record. */
function isLate({ at, record }: Reading, value: bigint, before: Pick<Known, "at" | "value">): boolean {
  return value < before.value && at - before.at <= longestRetry && isUntimed(record);
}

/** For each reading the first count after it that is not zero; undefined if there is none. */
function countsAfter(readings: readonly Reading[], direction: Direction): (bigint | undefined)[] {
  let next: bigint | undefined;
  return readings
    .toReversed()
    .map(({ record }) => {
      const after = next;
      next = record[direction] || next;
      return after;
    })
    .reverse();
}

/** A record without gigawords in a session that has passed 2^32 octets contains only the lower 32 bits. */
function widened(before: Known, after: KnownReading, { counters }: SessionSettings): KnownReading {
  if (counters !== "as-sent" || after.wide || before.value < narrow || after.value >= narrow) return after;
  const increase = (after.value - (before.value % narrow) + narrow) % narrow;
  return { ...after, value: before.value + increase };
}
