import type { AccountingRecord } from "../records/accounting-record.ts";
import { directions } from "../records/direction.ts";
import { sentAt } from "../records/event-instant.ts";
import { orderReadings, type Reading } from "../records/order-records.ts";
import { tolerance } from "../strands/begin-tolerance.ts";
import { clockError, isOff } from "./clock-error.ts";

/** The part of a session that was sent before the reading in hand. */
interface Sent {
  /** The last event, at its corrected instant. */
  last: Reading | undefined;
  /** The last start or stop. An earlier stamp may be that of another session. */
  border: number;
  /** Readings with a stamp ahead of the arrival, since the last reading in time. */
  ahead: Reading[];
}

/**
 * The readings without session time whose stamps are wrong by the evidence of order, with their right instants. A
 * stamp ahead of its arrival is wrong if a reading that was sent afterwards is in time: the clock was corrected. A stamp
 * behind its arrival is wrong if it is earlier than a reading of the session that was sent before, while the counters go
 * on from that one. A late record with a right stamp has lower counters, or is earlier than the last start or stop.
 * @param readings those of one id and user
 */
export function reversedStamps(readings: readonly Reading[]): ReadonlyMap<Reading, number> {
  if (!readings.some((reading) => isTimeless(reading.record) && isOff(reading))) return new Map();
  const wrong: Reading[] = [];
  const sent: Sent = { last: undefined, border: Number.NEGATIVE_INFINITY, ahead: [] };
  for (const reading of inOrderOfSending(readings)) {
    const isWrong = isTimeless(reading.record) && isBehind(reading, sent);
    if (isWrong) wrong.push(reading);
    if (!isOff(reading)) wrong.push(...sent.ahead.splice(0));
    advance(sent, isWrong ? { ...reading, at: sentAt(reading.record) } : reading);
  }
  return new Map(wrong.map((reading) => [reading, sentAt(reading.record)]));
}

function isTimeless({ status, seconds }: AccountingRecord): boolean {
  return seconds === undefined || status === "start";
}

function inOrderOfSending(readings: readonly Reading[]): Reading[] {
  const bySending = new Map(readings.map((reading) => [{ ...reading, at: sentAt(reading.record) }, reading]));
  return orderReadings([...bySending.keys()]).map((sent) => bySending.get(sent) ?? sent);
}

function isBehind(reading: Reading, { last, border }: Sent): boolean {
  if (last === undefined || clockError(reading) <= tolerance) return false;
  return border <= reading.at && reading.at < last.at && goesOn(last.record, reading.record);
}

/** Whether a counter is higher than before, and none is lower. A counter that a record lacks is not compared. */
function goesOn(before: AccountingRecord, after: AccountingRecord): boolean {
  const rises = directions.map((direction) => {
    const [count, counted] = [after[direction], before[direction]];
    return count === undefined || counted === undefined ? 0n : count - counted;
  });
  return rises.every((rise) => rise >= 0n) && rises.some((rise) => rise > 0n);
}

/** A stamp ahead of its arrival is known to be wrong, so it moves neither the last event nor a border beyond it. */
function advance(sent: Sent, reading: Reading): void {
  const { record } = reading;
  const at = Math.min(reading.at, sentAt(record) + tolerance);
  if (isTimeless(record) && clockError(reading) < -tolerance) sent.ahead.push(reading);
  if (sent.last === undefined || at >= sent.last.at) sent.last = { ...reading, at };
  if (record.status === "start" || record.status === "stop") sent.border = Math.max(sent.border, at);
}
