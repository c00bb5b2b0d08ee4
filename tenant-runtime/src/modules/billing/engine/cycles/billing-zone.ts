import { Temporal } from "temporal-polyfill";
import { BillingFault } from "../billing-fault.ts";
import { LocalDate } from "./local-date.ts";

/** An IANA time zone, which decides to which billing day an instant belongs. */
export class BillingZone {
  static readonly #known = new Map<string, BillingZone>();

  readonly name: string;
  readonly #starts = new Map<LocalDate, number>();

  private constructor(name: string) {
    this.name = name;
  }

  /** @throws BillingFault DATE_INVALID for a name that the zone database does not have. */
  static of(name: string): BillingZone {
    const known = BillingZone.#known.get(name);
    if (known !== undefined) return known;
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    } catch {
      throw new BillingFault(
        "DATE_INVALID",
        `expected a time zone of the IANA database, such as "Europe/Paris"; found ${JSON.stringify(name)}`,
      );
    }
    const zone = new BillingZone(name);
    BillingZone.#known.set(name, zone);
    return zone;
  }

  /** The local date on which the instant falls. */
  dateOf(epochSecond: number): LocalDate {
    const local = Temporal.Instant.fromEpochMilliseconds(epochSecond * 1000).toZonedDateTimeISO(this.name);
    return LocalDate.parse(local.toPlainDate().toString());
  }

  /** The first second of the local date; not always midnight, where summer time begins at midnight. */
  startOf(date: LocalDate): number {
    let start = this.#starts.get(date);
    if (start === undefined) {
      start = secondsOf(Temporal.PlainDate.from(date.text).toZonedDateTime(this.name).toInstant());
      this.#starts.set(date, start);
    }
    return start;
  }

  /**
   * Whole seconds since 1970 of a text such as `2026-03-29T01:30:00Z`.
   * @throws BillingFault DATE_INVALID for a text without offset or `Z`.
   */
  static parseInstant(text: string): number {
    try {
      return secondsOf(Temporal.Instant.from(text));
    } catch {
      throw new BillingFault(
        "DATE_INVALID",
        `expected an instant with its offset, such as "2026-03-29T01:30:00Z"; found ${JSON.stringify(text)}`,
      );
    }
  }
}

function secondsOf(instant: Temporal.Instant): number {
  return Number(
    instant.round({ smallestUnit: "second", roundingMode: "floor" }).epochNanoseconds / 1_000_000_000n,
  );
}
