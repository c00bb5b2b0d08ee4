const dayMs = 86_400_000;

/** A date of the calendar in ISO 8601: `2026-03-29`. */
export type DateText = string;

/** The calendar and the clocks of one IANA time zone. */
export class LocalTime {
  readonly #format: Intl.DateTimeFormat;

  /** Throws RangeError for a name that is not in the time zone database. */
  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "iso8601",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  }

  /** The local date of an instant in milliseconds. */
  dateOf(instant: number): DateText {
    return new Date(this.#shown(instant)).toISOString().slice(0, 10);
  }

  /**
   * The instant at which the clocks show this minute of the date (0 to 1439). A minute that summer time skips comes later
   * by the change of the clocks. Of a repeated minute it is the first.
   */
  instantOf(date: DateText, minuteOfDay: number): number {
    const wanted = Date.parse(`${date}T00:00:00Z`) + minuteOfDay * 60_000;
    // The offsets before and after a change of the clocks on that day.
    const [before, after] = [this.#offsetAt(wanted - dayMs), this.#offsetAt(wanted + dayMs)];
    const shown = [wanted - Math.max(before, after), wanted - Math.min(before, after)];
    return shown.find((instant) => this.#shown(instant) === wanted) ?? wanted - before;
  }

  #offsetAt(instant: number): number {
    return this.#shown(instant) - Math.floor(instant / 1_000) * 1_000;
  }

  /** The reading of the clocks, as if it were UTC, in whole seconds. */
  #shown(instant: number): number {
    const parts = Object.fromEntries(
      this.#format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    ) as Record<"year" | "month" | "day" | "hour" | "minute" | "second", number>;
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  }
}

/** The date so many days later. */
export function addDays(date: DateText, days: number): DateText {
  return new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);
}
