import { type Direction, directions } from "../records/direction.ts";
import { orderReadings, type Reading } from "../records/order-records.ts";
import { isSameUser } from "./same-user.ts";
import type { Strand } from "./strand.ts";

/**
 * Joins to a session what only Acct-Session-Time tells apart from it: news of its id without a start of their
 * own, while its counters go on. Equipment that counts the seconds of each report, those of the day, or from
 * before the start, would otherwise seem to begin a session with each of its records.
 *
 * News are joined where a counter goes on from a count that is known, or where they lie amid the session's
 * other news; a session time alone that does not fit a start may mean that another start was lost.
 * @param restarts when the NAS restarted, which ends every session
 */
export function joinContradicted(strands: readonly Strand[], restarts: readonly number[]): Strand[] {
  const ordered = [...strands].sort((one, other) => one.beganAt - other.beganAt);
  const doubtful = new Set(ordered.filter((strand) => isDoubtful(strand, ordered)));
  const bases = ordered.filter((strand) => !doubtful.has(strand));
  const news = [...doubtful].flatMap((strand) => strand.readings.map((reading) => ({ reading, strand })));
  for (const [base, ofBase] of Map.groupBy(news, (one) => baseOf(bases, one))) {
    if (base !== undefined) absorb(base, fittingNews(base, ofBase, restarts));
  }
  return strands.filter(({ readings }) => readings.length > 0);
}

/** A reading that may belong to another session than the one that its seconds made. */
interface DoubtfulNews {
  readonly reading: Reading;
  readonly strand: Strand;
}

/**
 * Nothing but the seconds of one report says when it began, or several say that it began before a start which
 * came before their news.
 */
function isDoubtful(strand: Strand, ordered: readonly Strand[]): boolean {
  const [first] = strand.readings;
  if (strand.startSeen || first?.record.seconds === undefined) return false;
  if (strand.readings.every(({ record }) => record.seconds === first.record.seconds)) return true;
  const isBefore = ({ beganAt }: Strand) => strand.beganAt < beganAt && beganAt <= first.at;
  return ordered.some((other) => other.startSeen && isSameUser(other.user, strand.user) && isBefore(other));
}

/** An id is used by one session at a time: the last that had begun. */
function baseOf(bases: readonly Strand[], { reading, strand }: DoubtfulNews): Strand | undefined {
  const begun = bases.findLast(({ beganAt }) => beganAt <= reading.at);
  return begun !== undefined && isSameUser(begun.user, strand.user) ? begun : undefined;
}

/** The news whose counters lie between those of the session before and after them; none without evidence. */
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
    const isApart = restarts.some((restart) => lastAt < restart && restart < at);
    if (isOver || isApart || !goesOn(counts, one.reading, after)) continue;
    fitting.push(one);
    isEvident ||= after !== undefined || directions.some((way) => continues(counts, one.reading, way));
    raise(counts, one.reading);
    lastAt = at;
    if (record.status === "stop") stoppedAt = at;
  }
  return isEvident ? fitting : [];
}

type Counts = Record<Direction, bigint>;

/** A record without a counter says nothing of it. */
function raise(counts: Counts, { record }: Reading): void {
  for (const direction of directions) counts[direction] = record[direction] ?? counts[direction];
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

/** Their seconds are not believed any more. */
function absorb(base: Strand, news: readonly DoubtfulNews[]): void {
  for (const { reading, strand } of news) {
    strand.readings.splice(strand.readings.indexOf(reading), 1);
    base.readings.push({ at: reading.at, record: { ...reading.record, seconds: undefined } });
    base.lastNewsAt = Math.max(base.lastNewsAt, reading.at);
  }
  base.readings.splice(0, base.readings.length, ...orderReadings(base.readings));
  base.stop ??= base.readings.find(({ record }) => record.status === "stop");
}
