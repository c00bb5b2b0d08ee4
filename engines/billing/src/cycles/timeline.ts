import { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { dateOfMoment, type Moment } from "./moment.ts";

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
  };
}

function seconds(zone: Zone): Timeline {
  return {
    unit: "second",
    startOf: (date) => zone.startOf(date),
    tickOf: (moment) => moment.at ?? zone.startOf(moment.on),
    dateOf: (tick) => zone.dateOf(tick),
  };
}
