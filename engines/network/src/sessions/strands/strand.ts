import type { Reading } from "../records/order-records.ts";

/** The records of one session while they are gathered. */
export interface Strand {
  user: string;
  beganAt: number;
  startSeen: boolean;
  lastNewsAt: number;
  /** The record that ended it. */
  stop: Reading | undefined;
  readonly readings: Reading[];
}

/**
 * The begin of a reading's session by the reading itself: a start's own instant, otherwise Acct-Session-Time before
 * it. This separates two sessions of one id even if records between them were lost.
 */
export function beginOf({ at, record }: Reading): number | undefined {
  if (record.status === "start") return at - (record.seconds ?? 0);
  return record.seconds === undefined ? undefined : at - record.seconds;
}

export function newStrand(first: Reading): Strand {
  const beganAt = beginOf(first) ?? first.at;
  const strand: Strand = {
    user: first.record.user,
    beganAt,
    startSeen: false,
    lastNewsAt: beganAt,
    stop: undefined,
    readings: [],
  };
  return extend(strand, first);
}

/** Adds a reading to its session. The session's begin is the earliest that any reading gives. */
export function extend(strand: Strand, reading: Reading): Strand {
  const { record, at } = reading;
  if (strand.user === "") strand.user = record.user;
  strand.beganAt = Math.min(strand.beganAt, beginOf(reading) ?? at);
  strand.lastNewsAt = Math.max(strand.lastNewsAt, at);
  if (record.status === "start") strand.startSeen = true;
  if (record.status === "stop") strand.stop ??= reading;
  strand.readings.push(reading);
  return strand;
}
