import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { Zone } from "../../../calendar/src/zone.ts";

/** When a fact takes effect: on a local date, or at an instant that the zone puts on one. */
export type Moment =
  | { readonly on: LocalDate; readonly at?: undefined }
  /** Whole seconds since 1970. */
  | { readonly at: number; readonly on?: undefined };

/** The local date on which a moment falls. */
export function dateOfMoment(moment: Moment, zone: Zone): LocalDate {
  return moment.on ?? zone.dateOf(moment.at);
}

/** The instant of a moment, in seconds since 1970: a date stands for its beginning. */
export function instantOf(moment: Moment, zone: Zone): number {
  return moment.at ?? zone.startOf(moment.on);
}

/** Orders moments by their instants, those of one day too. */
export function compareMoments(one: Moment, other: Moment, zone: Zone): number {
  if (one.on !== undefined && other.on !== undefined) return one.on.day - other.on.day;
  return instantOf(one, zone) - instantOf(other, zone);
}

/** A date or a moment as messages and comparisons need it: what people wrote, and seconds since 1970. */
export function placeOf(
  moment: LocalDate | Moment,
  zone: Zone,
): { readonly text: string; readonly at: number } {
  if ("day" in moment) return { text: moment.text, at: zone.startOf(moment) };
  if (moment.on !== undefined) return placeOf(moment.on, zone);
  return { text: Zone.printInstant(moment.at), at: moment.at };
}
