import type { AccountingRecord } from "../records/accounting-record.ts";
import { directions } from "../records/direction.ts";
import { trustedTimestamp } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";
import { latenessOf, tolerance } from "./begin-tolerance.ts";
import { isSameUser } from "./same-user.ts";
import { beginOf, type Strand } from "./strand.ts";

/**
 * Whether a reading claims that a session went on after its stop: it began before the stop, at the begin of the
 * session or with counters that go on from the stop. A session that uses the id again begins after the stop.
 */
export function isAfterStop(strand: Strand, reading: Reading): boolean {
  const { user, beganAt, stop } = strand;
  const begin = beginOf(reading);
  if (stop === undefined || begin === undefined || reading.record.status === "start") return false;
  if (!isSameUser(user, reading.record.user)) return false;
  if (begin < beganAt - tolerance || begin >= stoppedAt(beganAt, stop) - tolerance) return false;
  const isSameBegin = begin - beganAt <= Math.max(tolerance, latenessOf(reading));
  return isSameBegin || isNoLess(reading.record, stop.record);
}

/** Acct-Session-Time is exact where the arrival of a stop is not. */
function stoppedAt(beganAt: number, { at, record }: Reading): number {
  if (record.seconds === undefined || trustedTimestamp(record) !== undefined) return at;
  return Math.min(at, beganAt + record.seconds);
}

/** A counter that one of the two records does not have says nothing. */
function isNoLess(one: AccountingRecord, other: AccountingRecord): boolean {
  return directions.every((direction) => {
    const [count, least] = [one[direction], other[direction]];
    return count === undefined || least === undefined || count >= least;
  });
}
