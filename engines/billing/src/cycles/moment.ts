import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Zone } from "../../../calendar/src/zone.ts";

/** When a fact takes effect: on a local date, or at an instant that the zone puts on one. */
export type Moment =
  | { readonly on: LocalDate; readonly at?: undefined }
  /** Whole seconds since 1970. */
  | { readonly at: number; readonly on?: undefined };

/** The local date on which a moment falls. */
export function dateOfMoment(moment: Moment, zone: Zone): LocalDate {
  return moment.on ?? zone.dateOf(moment.at);
}
