import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { SupportFault } from "../support-fault.ts";
import { type Holiday, YearlyDay } from "./holiday.ts";
import type { Span } from "./span.ts";

/** The spans of each local date: those of its weekday, or of its holiday. */
export class LocalHours {
  readonly #week: readonly (readonly Span[])[];
  readonly #holidays: ReadonlyMap<string, readonly Span[]>;

  /**
   * @param week the spans of each weekday, Monday first
   * @throws SupportFault CALENDAR_INVALID without seven weekdays, without a span, or with a repeated holiday.
   */
  constructor(week: readonly (readonly Span[])[], holidays: readonly Holiday[]) {
    if (week.length !== 7) {
      throw new SupportFault("CALENDAR_INVALID", `expected the spans of 7 weekdays; found ${week.length}`);
    }
    if (week.every(isEmpty) && holidays.every(({ spans }) => isEmpty(spans))) {
      throw new SupportFault(
        "CALENDAR_INVALID",
        "expected a calendar with working time; found no span: this calendar has no working time",
      );
    }
    const byDay = new Map<string, readonly Span[]>();
    for (const [index, { on, spans }] of holidays.entries()) {
      if (byDay.has(on.text)) {
        throw new SupportFault(
          "CALENDAR_INVALID",
          `expected every holiday once; found ${on.text} twice: write all of its spans in one`,
          ["holidays", index, on instanceof YearlyDay ? "yearly" : "on"],
        );
      }
      byDay.set(on.text, spans);
    }
    this.#week = week;
    this.#holidays = byDay;
  }

  /** The spans that begin on the date. */
  spansOn(date: LocalDate): readonly Span[] {
    const holiday = this.#holidays.get(date.text) ?? this.#holidays.get(date.text.slice(5));
    return holiday ?? this.#week[date.weekday() - 1] ?? [];
  }
}

function isEmpty(spans: readonly Span[]): boolean {
  return spans.length === 0;
}
