import type { Reading } from "../records/order-records.ts";
import { latenessOf, tolerance } from "./begin-tolerance.ts";
import { isSameUser } from "./same-user.ts";
import type { Strand } from "./strand.ts";
import type { StrandIndex } from "./strand-index.ts";

/**
 * The session of a reading that gives its session's begin. A late reading without the time of its event gives a
 * begin that is too late. As one session at a time uses an id, a session with an earlier begin and later news is
 * then the reading's session.
 */
export function strandBegunAt(strands: StrandIndex, begin: number, reading: Reading): Strand | undefined {
  const same = nearest(strands, begin, reading);
  if (same !== undefined) return same;
  const late = latenessOf(reading);
  const before = strands.lastBegunBefore(begin, (strand) => isOfUser(strand, reading));
  if (before !== undefined && hasNews(before, begin, reading, late)) return before;
  return strands
    .begunBetween(begin, begin + late)
    .find(
      (strand) =>
        begin < strand.beganAt &&
        strand.beganAt < reading.at &&
        isOfUser(strand, reading) &&
        hasLasted(strand, reading),
    );
}

function nearest(strands: StrandIndex, begin: number, reading: Reading): Strand | undefined {
  const distance = ({ beganAt }: Strand) => Math.abs(beganAt - begin);
  const [first] = strands
    .begunBetween(begin - tolerance, begin + tolerance)
    .filter((strand) => isOfUser(strand, reading) && hasLasted(strand, reading))
    .sort((one, other) => distance(one) - distance(other));
  return first;
}

function isOfUser({ user }: Strand, { record }: Reading): boolean {
  return isSameUser(user, record.user);
}

/** Whether the reading's session time fits: a stopped session has no news of a longer time than it lasted. */
function hasLasted({ beganAt, stop }: Strand, { record }: Reading): boolean {
  return stop === undefined || (record.seconds ?? 0) <= stop.at - beganAt + tolerance;
}

/** Whether a reading that gives a later begin is nevertheless late news of the session. */
function hasNews(strand: Strand, begin: number, reading: Reading, late: number): boolean {
  const { beganAt, lastNewsAt, stop, readings } = strand;
  const isWithin = begin < lastNewsAt - tolerance;
  if (reading.record.status === "start") {
    return (
      stop === undefined && begin - beganAt <= late && readings.every((one) => one.record.status === "start")
    );
  }
  if (stop !== undefined) return isWithin && hasLasted(strand, reading);
  return isWithin || begin - beganAt <= late;
}
