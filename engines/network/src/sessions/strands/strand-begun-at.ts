import type { Reading } from "../records/order-records.ts";
import { latenessOf, tolerance } from "./begin-tolerance.ts";
import type { Strand } from "./strand.ts";

/**
 * The session of a reading that gives its session's begin. A late reading without the time of its event gives a
 * begin that is too late. As one session at a time uses an id, a session with an earlier begin and later news is
 * then the reading's session.
 */
export function strandBegunAt(
  strands: readonly Strand[],
  begin: number,
  reading: Reading,
): Strand | undefined {
  const same = nearest(strands, begin, reading);
  if (same !== undefined) return same;
  const late = latenessOf(reading);
  const before = closestBefore(strands, begin);
  if (before !== undefined && hasNews(before, begin, reading, late)) return before;
  return strands.find(
    (strand) =>
      begin < strand.beganAt &&
      strand.beganAt < reading.at &&
      strand.beganAt - begin <= late &&
      hasLasted(strand, reading),
  );
}

function nearest(strands: readonly Strand[], begin: number, reading: Reading): Strand | undefined {
  const distance = ({ beganAt }: Strand) => Math.abs(beganAt - begin);
  const [first] = strands
    .filter((strand) => distance(strand) <= tolerance && hasLasted(strand, reading))
    .sort((one, other) => distance(one) - distance(other));
  return first;
}

/** Whether the reading's session time fits: a stopped session has no news of a longer time than it lasted. */
function hasLasted({ beganAt, stop }: Strand, { record }: Reading): boolean {
  return stop === undefined || (record.seconds ?? 0) <= stop.at - beganAt + tolerance;
}

function closestBefore(strands: readonly Strand[], begin: number): Strand | undefined {
  return strands.reduce<Strand | undefined>(
    (last, strand) =>
      strand.beganAt < begin && (last === undefined || strand.beganAt > last.beganAt) ? strand : last,
    undefined,
  );
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
