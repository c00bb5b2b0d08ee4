import { fiveYears } from "../records/longest.ts";
import type { Reading } from "../records/order-records.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import { longestRetry, tolerance } from "../strands/begin-tolerance.ts";

/** The begin of a session for its counters. */
export interface Begin {
  readonly at: number;
  /** False if neither a start nor a session time gives it: the session may then be years old. */
  readonly isKnown: boolean;
}

/** The time between two counts, and the bytes that a line can carry in it. */
export interface Carried {
  readonly seconds: number;
  readonly bytes: bigint;
}

/**
 * The most that the fastest line can carry between two counts. If the trusted clocks contradict each other, the
 * longest time counts: a clock that was set back costs the ISP nothing. The possible delay of the earlier record is
 * added: 2 seconds of rounding if both records give their time, else the time for which a NAS repeats a record.
 * @param before undefined for the begin of the session
 */
export function carriedBetween(
  begin: Begin,
  before: Reading | undefined,
  after: Reading,
  { fastestBitsPerSecond }: Pick<SessionSettings, "fastestBitsPerSecond">,
): Carried {
  const seconds = before === undefined ? sinceBegin(begin, after) : since(before, after);
  return { seconds, bytes: (fastestBitsPerSecond * BigInt(seconds)) / 8n };
}

function sinceBegin({ at, isKnown }: Begin, after: Reading): number {
  if (!isKnown) return fiveYears;
  const { seconds } = after.record;
  const late = seconds === undefined ? longestRetry : tolerance;
  return Math.max(after.at - at, seconds ?? 0, 0) + late;
}

function since(before: Reading, after: Reading): number {
  const [began, ended] = [before.record, after.record];
  const happened = after.at - before.at;
  if (began.seconds !== undefined && ended.seconds !== undefined) {
    return Math.max(happened, ended.seconds - began.seconds, 0) + tolerance;
  }
  const sent = ended.arrivedAt - ended.delay - (began.arrivedAt - began.delay);
  return Math.max(happened, sent, 0) + longestRetry;
}
