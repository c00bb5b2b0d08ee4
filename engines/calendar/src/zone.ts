import { Temporal } from "temporal-polyfill";
import { quoted } from "../../base/src/quoted.ts";
import { CalendarFault } from "./calendar-fault.ts";
import { firstYear, LocalDate, lastYear } from "./local-date.ts";

/** An IANA time zone, which determines the local date of an instant. */
export class Zone {
  static readonly #known = new Map<string, Zone>();

  readonly name: string;
  readonly #starts = new Map<LocalDate, number>();

  private constructor(name: string) {
    this.name = name;
  }

  /** @throws CalendarFault for a name that is not in the zone database, such as an offset. */
  static of(name: string): Zone {
    const known = Zone.#known.get(name);
    if (known !== undefined) return known;
    if (!isZone(name)) {
      throw new CalendarFault(
        `expected a time zone of the IANA database, such as "Europe/Paris"; found ${quoted(name)}: write its continent and city, or "UTC"`,
      );
    }
    const zone = new Zone(name);
    Zone.#known.set(name, zone);
    return zone;
  }

  /** The local date of the instant. */
  dateOf(epochSecond: number): LocalDate {
    const local = Temporal.Instant.fromEpochMilliseconds(epochSecond * 1000).toZonedDateTimeISO(this.name);
    return LocalDate.of(local.toPlainDate());
  }

  /** The first second of the local date. It is not midnight if summer time begins at midnight. */
  startOf(date: LocalDate): number {
    let start = this.#starts.get(date);
    if (start === undefined) {
      start = secondsOf(Temporal.PlainDate.from(date.text).toZonedDateTime(this.name).toInstant());
      this.#starts.set(date, start);
    }
    return start;
  }

  /**
   * The instant at which the clocks of the zone show this minute of the date (0 to 1439). A minute that summer time
   * skips comes later by the change of the clocks. Of a repeated minute it is the first. Both follow Temporal's
   * "compatible".
   */
  instantOf(date: LocalDate, minuteOfDay: number): number {
    const time = Temporal.PlainTime.from("00:00").add({ minutes: minuteOfDay });
    const local = Temporal.PlainDate.from(date.text).toPlainDateTime(time);
    return secondsOf(local.toZonedDateTime(this.name, { disambiguation: "compatible" }).toInstant());
  }

  /** Seconds by which the clocks of the zone are ahead of UTC at the instant; negative west of it. */
  offsetAt(epochSecond: number): number {
    const local = Temporal.Instant.fromEpochMilliseconds(epochSecond * 1000).toZonedDateTimeISO(this.name);
    return local.offsetNanoseconds / 1_000_000_000;
  }

  /** The instant in UTC in the form of RFC 3339: `2026-03-29T01:30:00Z`. */
  static printInstant(epochSecond: number): string {
    return Temporal.Instant.fromEpochMilliseconds(epochSecond * 1000).toString();
  }

  /**
   * Parses a text such as `2026-03-29T01:30:00Z` to whole seconds since 1970.
   * @throws CalendarFault for a text without offset or `Z`.
   */
  static parseInstant(text: string): number {
    const instant = parsed(text);
    const { year } = instant.toZonedDateTimeISO("UTC");
    if (year >= firstYear && year <= lastYear) return secondsOf(instant);
    throw new CalendarFault(
      `expected an instant of the years ${firstYear} to ${lastYear}; found ${quoted(text)}: check the year`,
    );
  }
}

/** Whether the zone database has the name. Temporal takes offsets such as `+02:00` too, which have no summer time. */
function isZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return /^[A-Za-z]/.test(name);
  } catch {
    return false;
  }
}

function parsed(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text);
  } catch {
    throw new CalendarFault(
      `expected an instant with its offset, such as "2026-03-29T01:30:00Z"; found ${quoted(text)}: write the date, T, the time, and Z or the offset, such as +01:00`,
    );
  }
}

function secondsOf(instant: Temporal.Instant): number {
  return Number(
    instant.round({ smallestUnit: "second", roundingMode: "floor" }).epochNanoseconds / 1_000_000_000n,
  );
}
