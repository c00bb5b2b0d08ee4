import type { Reading } from "./order-records.ts";
import { beginOf, extend, newStrand, type Strand } from "./strand.ts";

/** Seconds by which reckoned begins of one session differ: delay and arrival are rounded each. */
const tolerance = 2;

/**
 * Splits the readings of one session id of one NAS into the sessions that used it.
 * @param readings in the order of their events
 * @param restarts when the NAS restarted
 */
export function gatherStrands(readings: readonly Reading[], restarts: readonly number[]): Strand[] {
  const strands: Strand[] = [];
  for (const reading of withoutRepeats(readings)) {
    const strand = strandOf(reading, strands, restarts);
    if (strand === undefined) strands.push(newStrand(reading));
    else extend(strand, reading);
  }
  return strands.filter((strand) => !isRepeatedStart(strand, strands));
}

/**
 * A record that was kept and sent again without Acct-Delay-Time looks like a later one. It has the same
 * counters after the same time, which no other session of this id will have.
 */
function withoutRepeats(readings: readonly Reading[]): Reading[] {
  const seen = new Set<string>();
  return readings.filter(({ record: { user, status, seconds, eventAt, upload, download } }) => {
    if (upload + download === 0n || (seconds ?? eventAt) === undefined) return true;
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
  return nearest(candidates, begin) ?? around(candidates, begin, reading);
}

/** A NAS may leave the name out of some records. */
function isSameUser(one: string, other: string): boolean {
  return one === other || one === "" || other === "";
}

function nearest(strands: readonly Strand[], begin: number): Strand | undefined {
  const distance = ({ beganAt }: Strand) => Math.abs(beganAt - begin);
  return strands
    .filter((strand) => distance(strand) <= tolerance)
    .reduce<Strand | undefined>(
      (best, strand) => (best !== undefined && distance(best) <= distance(strand) ? best : strand),
      undefined,
    );
}

/** The session that a record belongs to which came late and does not say so: an id is used once at a time. */
function around(strands: readonly Strand[], begin: number, { record }: Reading): Strand | undefined {
  return strands.findLast(
    ({ beganAt, lastNewsAt, stop }) =>
      beganAt < begin &&
      begin < lastNewsAt - tolerance &&
      (stop === undefined || (record.seconds ?? 0) <= stop.at - beganAt),
  );
}

/** Without Acct-Session-Time: the last session, unless a stop or a restart says that this one is another. */
function latest(
  strands: readonly Strand[],
  { at, record }: Reading,
  restarts: readonly number[],
): Strand | undefined {
  const last = strands.at(-1);
  if (last === undefined) return undefined;
  if (last.stop !== undefined) {
    const { upload, download } = last.stop.record;
    return record.upload <= upload && record.download <= download ? last : undefined;
  }
  return restarts.some((restart) => last.lastNewsAt < restart && restart < at) ? undefined : last;
}

/** A start in the midst of a session that goes on: the same start, sent again late. */
function isRepeatedStart(strand: Strand, strands: readonly Strand[]): boolean {
  return (
    strand.readings.every(({ record }) => record.status === "start") &&
    strands.some(
      (other) =>
        isSameUser(other.user, strand.user) &&
        other.startSeen &&
        other.beganAt < strand.beganAt &&
        strand.beganAt < other.lastNewsAt,
    )
  );
}
