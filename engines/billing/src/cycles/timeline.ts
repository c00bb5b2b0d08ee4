import { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { compareMoments, dateOfMoment, instantOf, type Moment } from "./moment.ts";

/**
 * Time counted in whole ticks, so that proration by the day and by the second are one calculation.
 * A day's tick is its number since 1970; a second's tick is counted in UTC, so that a day of 23
 * hours has 82,800 of them.
 */
export interface Timeline {
  readonly unit: "day" | "second";
  /** The first tick of a local date. */
  startOf(date: LocalDate): number;
  /** The tick from which a fact of this moment holds. */
  tickOf(moment: Moment): number;
  /** The local date to which a tick belongs. */
  dateOf(tick: number): LocalDate;
  /** Whether one moment is before another, for sorting: moments of one day too. A date stands for its beginning. */
  compare(one: Moment, other: Moment): number;
}

/** The timeline of a zone in days or in seconds. */
export function timelineOf(unit: Timeline["unit"], zone: Zone): Timeline {
  return unit === "day" ? days(zone) : seconds(zone);
}

function days(zone: Zone): Timeline {
  return {
    unit: "day",
    startOf: (date) => date.day,
    tickOf: (moment) => dateOfMoment(moment, zone).day,
    dateOf: (tick) => LocalDate.fromDay(tick),
    compare: (one, other) => compareMoments(one, other, zone),
  };
}

function seconds(zone: Zone): Timeline {
  return {
    unit: "second",
    startOf: (date) => zone.startOf(date),
    tickOf: (moment) => instantOf(moment, zone),
    dateOf: (tick) => zone.dateOf(tick),
    compare: (one, other) => compareMoments(one, other, zone),
  };
}
