import type { AccountingRecord } from "../records/accounting-record.ts";
import { directions } from "../records/direction.ts";
import type { Reading } from "../records/order-records.ts";
import type { SessionSettings } from "../records/session-settings.ts";
import { isAfterStop } from "./is-after-stop.ts";
import { joinContradicted } from "./join-contradicted.ts";
import { isSameUser } from "./same-user.ts";
import { beginOf, extend, newStrand, type Strand } from "./strand.ts";
import { strandBegunAt } from "./strand-begun-at.ts";

/**
 * Splits the readings of one session id of one NAS into its sessions.
 * @param readings sorted by event
 * @param restarts the instants at which the NAS restarted
 */
export function gatherStrands(
  readings: readonly Reading[],
  restarts: readonly number[],
  { sessionTime }: Pick<SessionSettings, "sessionTime">,
): Strand[] {
  const strands: Strand[] = [];
  for (const reading of withoutRepeats(readings)) {
    const strand = strandOf(reading, strands, restarts);
    if (strand !== undefined) extend(strand, reading);
    else if (!strands.some((stopped) => isAfterStop(stopped, reading))) strands.push(newStrand(reading));
  }
  const sessions = strands.filter((strand) => !isRepeatedStart(strand, strands));
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

function strandOf(
  reading: Reading,
  strands: readonly Strand[],
  restarts: readonly number[],
): Strand | undefined {
  const candidates = strands.filter(({ user }) => isSameUser(user, reading.record.user));
  const begin = beginOf(reading);
  if (begin === undefined) return latest(candidates, reading, restarts);
  return strandBegunAt(candidates, begin, reading);
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
  const last = strands.at(-1);
  if (last === undefined) return undefined;
  if (last.stop !== undefined) {
    return isNoMore(record, last.stop.record) ? last : undefined;
  }
  return restarts.some((restart) => last.lastNewsAt < restart && restart < at) ? undefined : last;
}

/** Whether no counter is higher than in the other record. A counter that either record lacks is not compared. */
function isNoMore(one: AccountingRecord, other: AccountingRecord): boolean {
  return directions.every((direction) => {
    const [count, most] = [one[direction], other[direction]];
    return count === undefined || most === undefined || count <= most;
  });
}

/** Whether a start lies within a session that continues: it is then a late repeat of the same start. */
function isRepeatedStart(strand: Strand, strands: readonly Strand[]): boolean {
  if (strand.readings.some(({ record }) => record.status !== "start")) return false;
  const whole = strands.find(
    (other) =>
      isSameUser(other.user, strand.user) &&
      other.beganAt < strand.beganAt &&
      strand.beganAt < other.lastNewsAt,
  );
  if (whole !== undefined) whole.startSeen = true;
  return whole !== undefined;
}
