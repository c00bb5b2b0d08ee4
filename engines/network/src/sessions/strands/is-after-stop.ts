import type { AccountingRecord } from "../records/accounting-record.ts";
import { directions } from "../records/direction.ts";
import { trustedTimestamp } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";
import { latenessOf, tolerance } from "./begin-tolerance.ts";
import { isSameUser } from "./same-user.ts";
import { beginOf, type Strand } from "./strand.ts";

/**
 * Whether a reading claims that a session continued after its stop: its begin is before the stop, and it began with
 * the session or its counters continue from the stop. A new session with the same id begins after the stop.
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

/** The instant of a stop. Acct-Session-Time is more exact than the arrival. */
function stoppedAt(beganAt: number, { at, record }: Reading): number {
  if (record.seconds === undefined || trustedTimestamp(record) !== undefined) return at;
  return Math.min(at, beganAt + record.seconds);
}

/** Whether no counter is lower than in the other record. A counter that either record lacks is not compared. */
function isNoLess(one: AccountingRecord, other: AccountingRecord): boolean {
  return directions.every((direction) => {
    const [count, least] = [one[direction], other[direction]];
    return count === undefined || least === undefined || count >= least;
  });
}
