import { quoted } from "../../../base/src/quoted.ts";
import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { SupportFault } from "../support-fault.ts";
import type { Span } from "./span.ts";

/** A date whose spans replace those of its weekday: none for a holiday, shorter ones for Christmas Eve. */
export interface Holiday {
  /** A date, or a day of every year. A date overrides a day of every year. */
  readonly on: LocalDate | YearlyDay;
  readonly spans: readonly Span[];
}

const form = /^(\d{2})-(\d{2})$/;
const daysOfMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A day of every year, such as December 25. February 29 applies only in leap years. */
export class YearlyDay {
  /** `12-25`. */
  readonly text: string;

  private constructor(text: string) {
    this.text = text;
  }

  /** @throws SupportFault CALENDAR_INVALID for a text that is not a day of a year. */
  static parse(text: string): YearlyDay {
    const [, month, day] = form.exec(text) ?? [];
    const days = daysOfMonths[Number(month) - 1] ?? 0;
    if (Number(day) >= 1 && Number(day) <= days) return new YearlyDay(text);
    throw new SupportFault(
      "CALENDAR_INVALID",
      `expected a day of every year such as "12-25" (month and day); found ${quoted(text)}: ${adviceFor(month, days)}`,
    );
  }
}

function adviceFor(month = "", days: number): string {
  if (days === 0) return "write two digits each for a month from 01 to 12 and its day";
  return `write a day from "${month}-01" to "${month}-${days}"`;
}
