import { located } from "../../../base/src/located.ts";
import { SupportFault } from "../support-fault.ts";

const clockForm = /^(\d{2}):(\d{2})$/;
const minutesOfDay = 1440;

/** Working hours by the wall clock, counted from the date on which they begin. */
export class Span {
  /** Minute of the date, 0 to 1439. */
  readonly from: number;
  /** Minute at the end, excluded. It exceeds 1440 if the span ends on the next date. */
  readonly to: number;

  private constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
  }

  /**
   * Parses `09:00` and `17:00`. `24:00` is the end of the date, and an end before the beginning is on the next
   * date.
   * @throws SupportFault CALENDAR_INVALID for a text that is not a time, or for a span without length.
   */
  static parse(from: string, to: string): Span {
    const begin = located(["from"], () => minuteOf(from));
    const end = located(["to"], () => minuteOf(to));
    if (begin === minutesOfDay) throw notATime(from).within(["from"]);
    if (begin === end) {
      throw new SupportFault(
        "CALENDAR_INVALID",
        `expected a span with a length; found ${from} to ${to}: write "00:00" to "24:00" for a whole day`,
      );
    }
    return new Span(begin, end < begin ? end + minutesOfDay : end);
  }
}

function minuteOf(text: string): number {
  const [, hours, minutes] = clockForm.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (Number.isNaN(minute) || Number(minutes) > 59 || minute > minutesOfDay) throw notATime(text);
  return minute;
}

/** The remedy for an invalid time; a time without its leading zero is shown with it. */
function remedyFor(text: string): string {
  const isShort = /^\d:[0-5]\d$/.test(text);
  return isShort
    ? `write "0${text}"`
    : "write hours from 00 to 23 and minutes from 00 to 59, two digits each";
}

function notATime(text: string): SupportFault {
  return new SupportFault(
    "CALENDAR_INVALID",
    `expected a time of day such as "09:00" ("24:00" only as an end); found ${JSON.stringify(text)}: ${remedyFor(text)}`,
  );
}
