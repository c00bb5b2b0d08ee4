import type { Direction } from "../records/direction.ts";
import { isUntimed } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import { longestRetry } from "../strands/begin-tolerance.ts";
import { countedBytes } from "./counted-bytes.ts";

/** Bytes of one direction between two readings that know the counter. */
export interface Moved {
  readonly from: number;
  readonly to: number;
  readonly bytes: bigint;
}

export interface CountedDirection {
  /** In order, without gaps, up to the last reading. */
  readonly moved: readonly Moved[];
  readonly wraps: number;
  readonly resets: number;
}

/** A reading that knows the counter. */
interface Known {
  readonly at: number;
  readonly value: bigint;
  readonly wide: boolean;
}

const narrow = 2n ** 32n;

/**
 * What one counter of a session counted. A reading without the counter says nothing of it; nor does a zero
 * that a stop gives after bytes were counted, because the interface was gone before the NAS read it, or a zero or
 * a late count whose successor goes on from where the counter was.
 * @param readings in order, the stop last
 */
export function countDirection(
  beganAt: number,
  readings: readonly Reading[],
  direction: Direction,
  width: 32 | 64,
  settings: SessionSettings,
): CountedDirection {
  const moved: Moved[] = [];
  const events = { wrap: 0, reset: 0 };
  let before: Known = { at: beganAt, value: 0n, wide: false };
  for (const reading of knownOf(readings, direction)) {
    const after = width === 64 ? widened(before, reading, settings) : reading;
    const { bytes, event } = countedBytes(before.value, after.value, after.at - before.at, width, settings);
    if (event === "stale") continue;
    if (event !== undefined) events[event] += 1;
    moved.push({ from: before.at, to: after.at, bytes });
    before = after;
  }
  const last = readings.at(-1)?.at ?? beganAt;
  if (last > before.at) moved.push({ from: before.at, to: last, bytes: 0n });
  return { moved, wraps: events.wrap, resets: events.reset };
}

function knownOf(readings: readonly Reading[], direction: Direction): Known[] {
  const known: Known[] = [];
  const withCounter = readings.filter(({ record }) => record[direction] !== undefined);
  let before: Known = { at: Number.NEGATIVE_INFINITY, value: 0n, wide: false };
  withCounter.forEach((reading, index) => {
    const { at, record } = reading;
    const value = record[direction] ?? 0n;
    const isGone = value === 0n && before.value > 0n;
    if (isGone && record.status === "stop") return;
    if (isGone || isLate(reading, value, before)) {
      const next = nextCount(withCounter, index, direction);
      if (next !== undefined && next >= before.value) return;
    }
    before = { at, value, wide: record.wide };
    known.push(before);
  });
  return known;
}

/** A count that fell soon after the one before it, and does not say when it was read: the NAS repeated an old record. */
function isLate({ at, record }: Reading, value: bigint, before: Known): boolean {
  return value < before.value && at - before.at <= longestRetry && isUntimed(record);
}

/** The first count after a row of zeros; undefined where none follows. */
function nextCount(readings: readonly Reading[], index: number, direction: Direction): bigint | undefined {
  for (let at = index + 1; at < readings.length; at += 1) {
    const value = readings[at]?.record[direction];
    if (value !== 0n) return value;
  }
  return undefined;
}

/**
 * Gigawords that are left out of one record of a session that has passed them are not 0: the record says the
 * lower 32 bits only.
 */
function widened(before: Known, after: Known, { counters }: SessionSettings): Known {
  if (counters !== "as-sent" || after.wide || before.value < narrow || after.value >= narrow) return after;
  const increase = (after.value - (before.value % narrow) + narrow) % narrow;
  return { ...after, value: before.value + increase };
}
