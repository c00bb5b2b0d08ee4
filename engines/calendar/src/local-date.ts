import { Temporal } from "temporal-polyfill";
import { quoted } from "../../base/src/quoted.ts";
import { CalendarFault } from "./calendar-fault.ts";
import { dateAdvice } from "./date-advice.ts";

/** The first and last year of an input. */
export const firstYear = 1900;
export const lastYear = 2199;
/** The first and last year of a calculation. */
const [firstReached, lastReached] = [1500, 2699];
const isoForm = /^\d{4}-\d{2}-\d{2}$/;

/**
 * A date of the calendar without time or zone. There is one object per date (the range of years bounds their number),
 * so dates compare with `===` and the calendar library computes each date once.
 */
export class LocalDate {
  static readonly #byText = new Map<string, LocalDate>();
  static readonly #byDay = new Map<number, LocalDate>();
  static readonly #epoch = Temporal.PlainDate.from("1970-01-01");

  readonly text: string;
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;

  private constructor(date: Temporal.PlainDate) {
    this.text = date.toString();
    this.day = LocalDate.#epoch.until(date, { largestUnit: "day" }).days;
    this.year = date.year;
    this.month = date.month;
    this.dayOfMonth = date.day;
  }

  /** @throws CalendarFault for a text that is not a date such as `2026-02-28`, or outside of 1900 to 2199. */
  static parse(text: string): LocalDate {
    const date = LocalDate.#byText.get(text) ?? LocalDate.#read(text);
    if (date.year < firstYear || date.year > lastYear) throw beyondYears(text);
    return date;
  }

  /** Converts a date of the calendar library. */
  static of(date: Temporal.PlainDate): LocalDate {
    return LocalDate.#intern(date);
  }

  /** The date with this day of the month, or the last day of a shorter month. */
  static ofMonth(month: Temporal.PlainYearMonth, dayOfMonth: number): LocalDate {
    return LocalDate.#intern(month.toPlainDate({ day: Math.min(dayOfMonth, month.daysInMonth) }));
  }

  /** Whether the date is allowed in an input. Calculations may reach later dates. */
  isWithinYears(): boolean {
    return this.year >= firstYear && this.year <= lastYear;
  }

  static fromDay(day: number): LocalDate {
    return LocalDate.#byDay.get(day) ?? LocalDate.#intern(LocalDate.#epoch.add({ days: day }));
  }

  plusDays(days: number): LocalDate {
    return LocalDate.fromDay(this.day + days);
  }

  daysUntil(other: LocalDate): number {
    return other.day - this.day;
  }

  /** The weekday by ISO 8601: 1 for Monday to 7 for Sunday. 1970-01-01 was a Thursday. */
  weekday(): number {
    return ((((this.day + 3) % 7) + 7) % 7) + 1;
  }

  /** The date's text, and its day number for comparison. */
  place(): { readonly text: string; readonly at: number } {
    return { text: this.text, at: this.day };
  }

  yearMonth(): Temporal.PlainYearMonth {
    return new Temporal.PlainYearMonth(this.year, this.month);
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }

  static #read(text: string): LocalDate {
    if (!isoForm.test(text)) throw notADate(text);
    try {
      return LocalDate.#intern(Temporal.PlainDate.from(text, { overflow: "reject" }));
    } catch (cause) {
      if (cause instanceof CalendarFault) throw cause;
      throw notADate(text);
    }
  }

  static #intern(date: Temporal.PlainDate): LocalDate {
    if (date.year < firstReached || date.year > lastReached) throw beyondYears(date.toString());
    const text = date.toString();
    const known = LocalDate.#byText.get(text);
    if (known !== undefined) return known;
    const created = new LocalDate(date);
    LocalDate.#byText.set(text, created);
    LocalDate.#byDay.set(created.day, created);
    return created;
  }
}

function beyondYears(text: string): CalendarFault {
  return new CalendarFault(
    `expected a date from ${firstYear}-01-01 to ${lastYear}-12-31; found ${text}: check the year`,
  );
}

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text, { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

function notADate(text: string): CalendarFault {
  return new CalendarFault(
    `expected a date of the calendar as YYYY-MM-DD, such as "2026-02-28"; found ${quoted(text)}: ${dateAdvice(text, isDate)}`,
  );
}
