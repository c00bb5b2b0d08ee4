import { trustedTimestamp } from "../records/event-instant.ts";
import type { Reading } from "../records/order-records.ts";
import { longestRetry, tolerance } from "../strands/begin-tolerance.ts";
import { lastThat } from "../strands/last-that.ts";
import { beginOf } from "../strands/strand.ts";
import { clockError, isOff } from "./clock-error.ts";
import { Extremes } from "./extremes.ts";

/** The begin of a session by one reading: its session time before its stamp, and before its arrival. */
interface Begin {
  readonly reading: Reading;
  readonly byStamp: number;
  readonly byArrival: number;
}

/**
 * The readings whose stamps are wrong by the evidence of their session times, with their right instants: by their
 * arrivals they began with other readings of their id, by their stamps they did not. A stamp stands if it gives the
 * begin of readings that arrived in time elsewhere, because the reading is then a late one of that session. Late
 * records with right stamps give one begin by their stamps and many by their arrivals, so that nothing contradicts
 * them. Late records of the same wrong clock give the same begin by their stamps, which dates them.
 * @param readings those of one id and user
 */
export function contradictedStamps(readings: readonly Reading[]): ReadonlyMap<Reading, number> {
  const begins = readings.flatMap(beginsOf);
  const doubtful = begins.filter(({ reading }) => isOff(reading));
  if (doubtful.length === 0) return new Map();
  const evidence = evidenceOf(begins);
  const unknown = doubtful.filter((begin) => !isKnown(begin, evidence.punctual, tolerance));
  const contradicted = unknown.filter((begin) => isContradicted(begin, evidence));
  const trueBegins = new Extremes(contradicted.map(({ byStamp, byArrival }) => [byStamp, byArrival]));
  return new Map(
    unknown.flatMap(({ reading, byStamp }) => {
      const begin = trueBegins.least(byStamp, tolerance);
      return begin === undefined ? [] : [[reading, begin + reading.at - byStamp]];
    }),
  );
}

function beginsOf(reading: Reading): Begin[] {
  const byStamp = beginOf(reading);
  return byStamp === undefined ? [] : [{ reading, byStamp, byArrival: byStamp + clockError(reading) }];
}

interface Evidence {
  /** Begins by stamps, by the begins by arrivals. */
  readonly byArrival: Extremes;
  /** Those of readings with a trusted stamp. */
  readonly stamped: Extremes;
  /** Begins by arrivals, by the begins by stamps. */
  readonly byStamp: Extremes;
  /** Those of the readings whose stamp and arrival agree. */
  readonly punctual: Extremes;
  /** Session times, by the begins by arrivals. */
  readonly ages: Extremes;
  /** From each begin of readings in time to the last event of all that began until then, sorted. */
  readonly spans: readonly Span[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function evidenceOf(begins: readonly Begin[]): Evidence {
  const punctual = begins.filter(({ reading }) => !isOff(reading));
  const stamped = begins.filter(({ reading }) => trustedTimestamp(reading.record) !== undefined);
  return {
    byArrival: new Extremes(begins.map(({ byStamp, byArrival }) => [byArrival, byStamp])),
    stamped: new Extremes(stamped.map(({ byStamp, byArrival }) => [byArrival, byStamp])),
    byStamp: new Extremes(begins.map(({ byStamp, byArrival }) => [byStamp, byArrival])),
    punctual: new Extremes(punctual.map(({ byStamp, byArrival }) => [byStamp, byArrival])),
    ages: new Extremes(begins.map(({ reading, byStamp, byArrival }) => [byArrival, reading.at - byStamp])),
    spans: spansOf(punctual),
  };
}

function spansOf(punctual: readonly Begin[]): Span[] {
  const lasts = new Map<number, number>();
  for (const { reading, byStamp } of punctual) {
    lasts.set(byStamp, Math.max(lasts.get(byStamp) ?? reading.at, reading.at));
  }
  let to = Number.NEGATIVE_INFINITY;
  return [...lasts]
    .sort(([one], [other]) => one - other)
    .map(([from, last]) => {
      to = Math.max(to, last);
      return { from, to };
    });
}

/** A record that was repeated may be up to two minutes late, so that only other stamps are evidence then. */
function isContradicted(begin: Begin, evidence: Evidence): boolean {
  const { byArrival, stamped, byStamp } = evidence;
  if (hasOtherClock(begin, byArrival, tolerance) || isWithinAnother(begin, evidence)) return true;
  return hasOtherClock(begin, stamped, longestRetry) && !isKnown(begin, byStamp, longestRetry);
}

/**
 * Whether a reading and another one of its session began, by the stamp, within a session whose readings arrived in
 * time. One session at a time uses an id, so that the clock was set back between two sessions.
 * @param begin one that is not known by readings in time, so that none of them began within rounding of its stamp
 */
function isWithinAnother(begin: Begin, { ages, spans }: Evidence): boolean {
  const { reading, byStamp, byArrival } = begin;
  if (Math.abs(clockError(reading)) <= longestRetry) return false;
  const age = reading.at - byStamp;
  if (!ages.some(byArrival, tolerance, (other) => other !== age)) return false;
  const before = lastThat(spans, ({ from }) => from < byStamp);
  return before !== undefined && byStamp + tolerance < before.to;
}

/** Whether readings that arrived as if they had begun elsewhere have the same begin by their stamps. */
function isKnown({ byStamp, byArrival }: Begin, begins: Extremes, width: number): boolean {
  return begins.some(byStamp, tolerance, (arrival) => Math.abs(arrival - byArrival) > width);
}

/** Whether readings that began within `width` seconds by arrival differ in the clock by more than that. */
function hasOtherClock({ byStamp, byArrival }: Begin, begins: Extremes, width: number): boolean {
  return begins.some(byArrival, width, (stamp, arrival) => {
    const apart = Math.abs(stamp - byStamp);
    return apart > tolerance && Math.abs(arrival - stamp - (byArrival - byStamp)) > width;
  });
}
