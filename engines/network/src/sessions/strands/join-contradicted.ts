import { type Direction, directions } from "../records/direction.ts";
import { orderReadings, type Reading } from "../records/order-records.ts";
import { tolerance } from "./begin-tolerance.ts";
import { countOf, isAnyBetween, lastThat } from "./last-that.ts";
import { isSameUser } from "./same-user.ts";
import type { Strand } from "./strand.ts";

/**
 * Joins news to a session that differ from it only by Acct-Session-Time: news of its id without their own start,
 * while its counters continue. Otherwise equipment that counts the seconds of each report, of the day, or from
 * before the start would seem to begin a session with each record.
 *
 * News are joined if a counter continues from a known count, or if they lie between other news of the session.
 * Session time alone that does not match a start may mean that another start was lost. News that began with the
 * session by the server's clock are joined too, even if a counter fell, because the clock of the NAS was set.
 * @param restarts the instants at which the NAS restarted, sorted; each of them ends every session
 */
export function joinContradicted(strands: readonly Strand[], restarts: readonly number[]): Strand[] {
  const ordered = [...strands].sort((one, other) => one.beganAt - other.beganAt);
  const started = ordered.filter(({ startSeen }) => startSeen);
  const doubtful = new Set(ordered.filter((strand) => isDoubtful(strand, started)));
  const bases = ordered.filter((strand) => !doubtful.has(strand));
  const news = [...doubtful].flatMap((strand) => strand.readings.map((reading) => ({ reading, strand })));
  for (const [base, ofBase] of Map.groupBy(news, (one) => baseOf(bases, one))) {
    if (base !== undefined) absorb(base, fittingNews(base, ofBase, restarts));
  }
  return strands.filter(({ readings }) => readings.length > 0);
}

/** A reading whose session time may be wrong, so that it may belong to another session. */
interface DoubtfulNews {
  readonly reading: Reading;
  readonly strand: Strand;
}

/**
 * Whether the begin is doubtful: only the seconds of one report give it, or those of several give a begin before a
 * start that preceded their news.
 * @param started the sessions with their start, sorted by begin
 */
function isDoubtful(strand: Strand, started: readonly Strand[]): boolean {
  const [first] = strand.readings;
  if (strand.startSeen || first?.record.seconds === undefined) return false;
  if (strand.readings.every(({ record }) => record.seconds === first.record.seconds)) return true;
  const [after, until] = [strand.beganAt, first.at].map((at) =>
    countOf(started, ({ beganAt }) => beganAt <= at),
  );
  return started.slice(after, until).some(({ user }) => isSameUser(user, strand.user));
}

/** The session to join a reading to: the last one that had begun, because one session at a time uses an id. */
function baseOf(bases: readonly Strand[], { reading, strand }: DoubtfulNews): Strand | undefined {
  const begun = lastThat(bases, ({ beganAt }) => beganAt <= reading.at);
  return begun !== undefined && isSameUser(begun.user, strand.user) ? begun : undefined;
}

/**
 * The news that began with the session by the server's clock, or whose counters lie between the session's counters
 * before and after them. Empty without evidence.
 */
function fittingNews(
  base: Strand,
  doubtful: readonly DoubtfulNews[],
  restarts: readonly number[],
): DoubtfulNews[] {
  const own = base.readings.filter(({ record }) => record.status !== "start");
  const fitting: DoubtfulNews[] = [];
  const counts: Counts = { upload: 0n, download: 0n };
  let isEvident = false;
  let lastAt = base.beganAt;
  let stoppedAt = base.stop?.at ?? Number.POSITIVE_INFINITY;
  let next = 0;
  for (const one of [...doubtful].sort((one, other) => one.reading.at - other.reading.at)) {
    const { at, record } = one.reading;
    for (let known = own[next]; known !== undefined && known.at <= at; known = own[next]) {
      raise(counts, known);
      lastAt = known.at;
      next += 1;
    }
    const after = own[next];
    const isOver = at > stoppedAt || (record.status === "stop" && after !== undefined);
    const isApart = isAnyBetween(restarts, lastAt, at);
    const isBegunWith = hasBegunWith(base, one.reading);
    if (isOver || isApart || !(isBegunWith || goesOn(counts, one.reading, after))) continue;
    fitting.push(one);
    isEvident ||=
      isBegunWith || after !== undefined || directions.some((way) => continues(counts, one.reading, way));
    raise(counts, one.reading);
    lastAt = at;
    if (record.status === "stop") stoppedAt = at;
  }
  return isEvident ? fitting : [];
}

type Counts = Record<Direction, bigint>;

/** Updates the counts; a counter that the record lacks is unchanged. */
function raise(counts: Counts, { record }: Reading): void {
  for (const direction of directions) counts[direction] = record[direction] ?? counts[direction];
}

/** Whether the arrival of a record less its session time is the begin of a session. */
function hasBegunWith({ beganAt }: Strand, { record: { arrivedAt, delay, seconds } }: Reading): boolean {
  return seconds !== undefined && Math.abs(arrivedAt - delay - seconds - beganAt) <= tolerance;
}

function goesOn(counts: Counts, { record }: Reading, after: Reading | undefined): boolean {
  return directions.every((direction) => {
    const count = record[direction];
    if (count === undefined || (record.status === "stop" && count === 0n)) return true;
    return counts[direction] <= count && count <= (after?.record[direction] ?? count);
  });
}

function continues(counts: Counts, { record }: Reading, direction: Direction): boolean {
  return counts[direction] > 0n && (record[direction] ?? 0n) >= counts[direction];
}

/** Moves the readings to the session and drops their session times as wrong. */
function absorb(base: Strand, news: readonly DoubtfulNews[]): void {
  for (const { reading, strand } of news) {
    strand.readings.splice(strand.readings.indexOf(reading), 1);
    base.readings.push({ ...reading, record: { ...reading.record, seconds: undefined } });
    base.lastNewsAt = Math.max(base.lastNewsAt, reading.at);
  }
  base.readings.splice(0, base.readings.length, ...orderReadings(base.readings));
  base.stop ??= base.readings.find(({ record }) => record.status === "stop");
}
