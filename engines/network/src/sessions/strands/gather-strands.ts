import type { AccountingRecord } from "../records/accounting-record.ts";
import { directions } from "../records/direction.ts";
import type { Reading } from "../records/order-records.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import { tolerance } from "./begin-tolerance.ts";
import { isAfterStop } from "./is-after-stop.ts";
import { joinContradicted } from "./join-contradicted.ts";
import { isAnyBetween } from "./last-that.ts";
import { isSameUser } from "./same-user.ts";
import { beginOf, newStrand, type Strand } from "./strand.ts";
import { strandBegunAt } from "./strand-begun-at.ts";
import { StrandIndex } from "./strand-index.ts";

/**
 * Splits the readings of one session id of one NAS into its sessions.
 * @param readings sorted by event
 * @param restarts the instants at which the NAS restarted, sorted
 */
export function gatherStrands(
  readings: readonly Reading[],
  restarts: readonly number[],
  { sessionTime }: Pick<SessionSettings, "sessionTime">,
): Strand[] {
  const strands = new StrandIndex();
  for (const reading of withoutRepeats(readings)) {
    const strand = strandOf(reading, strands, restarts);
    if (strand !== undefined) strands.extend(strand, reading);
    else if (!isAfterAnyStop(reading, strands)) strands.add(newStrand(reading));
  }
  const sessions = strands.all.filter((strand) => !isRepeatedStart(strand, strands));
  return sessionTime === "checked" ? joinContradicted(sessions, restarts) : sessions;
}

/**
 * Removes repeats. A record sent again without Acct-Delay-Time looks like a later one, but it has the same counters
 * after the same time, which no other session of this id will have.
 */
function withoutRepeats(readings: readonly Reading[]): Reading[] {
  const seen = new Set<string>();
  return readings.filter(({ record: { user, status, seconds, eventAt, upload, download } }) => {
    if (!upload && !download) return true;
    if ((seconds ?? eventAt) === undefined) return true;
    const said = JSON.stringify([user, status, seconds, eventAt, `${upload}`, `${download}`]);
    if (seen.has(said)) return false;
    seen.add(said);
    return true;
  });
}

function strandOf(reading: Reading, strands: StrandIndex, restarts: readonly number[]): Strand | undefined {
  const begin = beginOf(reading);
  if (begin === undefined) return latest(strands.all, reading, restarts);
  return strandBegunAt(strands, begin, reading);
}

function isAfterAnyStop(reading: Reading, strands: StrandIndex): boolean {
  const begin = beginOf(reading);
  if (begin === undefined) return false;
  return strands.around(begin + tolerance).some((stopped) => isAfterStop(stopped, reading));
}

/**
 * The session of a reading without Acct-Session-Time: the last one, unless a stop or a restart shows that it was
 * another.
 */
function latest(
  strands: readonly Strand[],
  { at, record }: Reading,
  restarts: readonly number[],
): Strand | undefined {
  const last = strands.findLast(({ user }) => isSameUser(user, record.user));
  if (last === undefined) return undefined;
  if (last.stop !== undefined) {
    return isNoMore(record, last.stop.record) ? last : undefined;
  }
  return isAnyBetween(restarts, last.lastNewsAt, at) ? undefined : last;
}

/** Whether no counter is higher than in the other record. A counter that either record lacks is not compared. */
function isNoMore(one: AccountingRecord, other: AccountingRecord): boolean {
  return directions.every((direction) => {
    const [count, most] = [one[direction], other[direction]];
    return count === undefined || most === undefined || count <= most;
  });
}

/** Whether a start lies within a session that continues: it is then a late repeat of the same start. */
function isRepeatedStart(strand: Strand, strands: StrandIndex): boolean {
  const { user, beganAt, readings } = strand;
  if (readings.some(({ record }) => record.status !== "start")) return false;
  const whole = strands
    .around(beganAt)
    .find((other) => isSameUser(other.user, user) && other.beganAt < beganAt && beganAt < other.lastNewsAt);
  if (whole !== undefined) whole.startSeen = true;
  return whole !== undefined;
}
