import type { RandomCalendar } from "./random-sla.ts";

const quarter = 900;
const minutesOfDay = 1440;
const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

type Span = readonly [from: number, to: number];

/**
 * Decides for every minute whether it is working time, by the local time from the language's own calendar. It computes
 * each quarter of an hour once, because no zone of the tests changes its clocks within one.
 */
export class MinuteCalendar {
  readonly #calendar: RandomCalendar;
  readonly #format: Intl.DateTimeFormat;
  readonly #quarters = new Map<number, { readonly minute: number; readonly spans: readonly Span[] }>();

  constructor(calendar: RandomCalendar) {
    this.#calendar = calendar;
    this.#format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: calendar.zone,
      dateStyle: "short",
      timeStyle: "short",
    });
  }

  isWorked(instant: number): boolean {
    const start = Math.floor(instant / quarter) * quarter;
    const known = this.#quarters.get(start) ?? this.#ask(start);
    const minute = known.minute + Math.floor((instant - start) / 60);
    return known.spans.some(([from, to]) => from <= minute && minute < to);
  }

  #ask(start: number) {
    const [date = "", time = ""] = this.#format.format(start * 1000).split(" ");
    const before = new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
    const late = this.#spans(before).map(([from, to]): Span => [from - minutesOfDay, to - minutesOfDay]);
    const asked = { minute: minuteOf(time), spans: [...this.#spans(date), ...late] };
    this.#quarters.set(start, asked);
    return asked;
  }

  #spans(date: string): Span[] {
    const { holidays, hours } = this.#calendar;
    const weekday = days[new Date(date).getUTCDay()] ?? "";
    const holiday =
      holidays.find(({ on }) => on === date) ?? holidays.find(({ yearly }) => yearly === date.slice(5));
    return (holiday?.spans ?? hours.filter((one) => one.days.includes(weekday))).map(({ from, to }) => {
      const [begin, end] = [minuteOf(from), minuteOf(to)];
      return [begin, end < begin ? end + minutesOfDay : end];
    });
  }
}

function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}
