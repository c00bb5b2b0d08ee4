import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { Cycle } from "../cycles/cycle.ts";
import type { CycleRule } from "../cycles/cycle-rule.ts";
import { dateOfMoment, instantOf, type Moment } from "../cycles/moment.ts";
import { Rational } from "../money/rational.ts";

/** How long a renewal lasts: a cycle of dates, or so many hours from the moment of payment. */
export type RenewalTerm = { readonly hours: number } | { readonly cycle: CycleRule };

/** A period of service that can be bought: in days or hours, some of which may have passed. */
export interface Offer {
  readonly end: number;
  /** Units up to the end, and units of the whole period. */
  readonly left: number;
  readonly whole: number;
}

/** Prepaid time in ticks: the number of a day since 1970, or a second since then. */
export interface RenewalRow {
  readonly unit: "day" | "hour";
  /** How many ticks one unit is. */
  readonly step: number;
  tickOf(moment: Moment): number;
  /** The first tick after a date. */
  after(date: LocalDate): number;
  /** The period from a tick to the end of its cycle, counted from the tick at which service began. */
  offerFrom(tick: number, anchor: number): Offer;
  print(tick: number): string;
}

/** The row of periods of a term in a zone. */
export function renewalRow(term: RenewalTerm, zone: Zone): RenewalRow {
  return "hours" in term ? byHours(term.hours, zone) : byDates(term.cycle, zone);
}

const secondsOfHour = 3600;

function byHours(hours: number, zone: Zone): RenewalRow {
  const length = hours * secondsOfHour;
  return {
    unit: "hour",
    step: secondsOfHour,
    tickOf: (moment) => instantOf(moment, zone),
    after: (date) => zone.startOf(date.plusDays(1)),
    offerFrom: (tick, anchor) => {
      const index = Number(Rational.of(BigInt(tick - anchor), BigInt(length)).floor());
      const end = anchor + (index + 1) * length;
      const left = Number(Rational.of(BigInt(end - tick), BigInt(secondsOfHour)).floor());
      return { end, left, whole: hours };
    },
    print: Zone.printInstant,
  };
}

function byDates(rule: CycleRule, zone: Zone): RenewalRow {
  return {
    unit: "day",
    step: 1,
    tickOf: (moment) => dateOfMoment(moment, zone).day,
    after: (date) => date.day + 1,
    offerFrom: (tick, anchor) => {
      const cycle = Cycle.of(rule, LocalDate.fromDay(anchor));
      const index = cycle.indexOf(LocalDate.fromDay(tick));
      const end = cycle.boundary(index + 1).day;
      return { end, left: end - tick, whole: cycle.period(index).days() };
    },
    print: (tick) => LocalDate.fromDay(tick).text,
  };
}
