import { Zone } from "../../../../calendar/src/zone.ts";
import type { SetAside } from "../records/examine-records.ts";
import { orderReadings, type Reading } from "../records/order-records.ts";
import { contradictedStamps } from "./contradicted-stamps.ts";
import { reversedStamps } from "./reversed-stamps.ts";

/** The readings in the order of their events, and the Event-Timestamps that do not count. */
export interface Checked {
  readonly readings: readonly Reading[];
  readonly setAside: readonly SetAside[];
}

/**
 * Removes the Event-Timestamps of a clock that was set within a session. The readings without them are dated by the
 * begin and their session time, or by their arrival.
 * @param readings those of one id of one NAS
 */
export function withoutWrongStamps(readings: readonly Reading[]): Checked {
  const contradicted = wrongOf(readings, contradictedStamps);
  const timed = without(readings, contradicted);
  const reversed = wrongOf(timed, reversedStamps);
  return {
    readings: orderReadings(without(timed, reversed)),
    setAside: [...contradicted, ...reversed].map(setAsideStamp),
  };
}

/** Readings with a wrong stamp, and their right instants. */
type Corrected = ReadonlyMap<Reading, number>;

function wrongOf(readings: readonly Reading[], find: (ofUser: readonly Reading[]) => Corrected): Corrected {
  return new Map(byUser(readings).flatMap((ofUser) => [...find(ofUser)]));
}

/** The readings of each user. A NAS may omit the name, which does not matter while only one user has the id. */
function byUser(readings: readonly Reading[]): readonly (readonly Reading[])[] {
  const named = new Set(readings.map(({ record }) => record.user).filter((user) => user !== ""));
  if (named.size <= 1) return [readings];
  return [...Map.groupBy(readings, ({ record }) => record.user).values()];
}

function without(readings: readonly Reading[], corrected: Corrected): readonly Reading[] {
  return readings.map((reading) => {
    const at = corrected.get(reading);
    return at === undefined ? reading : { ...reading, at, record: { ...reading.record, eventAt: undefined } };
  });
}

function setAsideStamp([{ place, record }, at]: readonly [Reading, number]): SetAside {
  const [right, stamp] = [Zone.printInstant(at), Zone.printInstant(record.eventAt ?? 0)];
  return {
    index: place,
    field: "eventAt",
    message: `expected an Event-Timestamp that fits the other records of the session, such as ${right}; found ${stamp}: the record counts without it; let the NAS take its time from NTP`,
  };
}
