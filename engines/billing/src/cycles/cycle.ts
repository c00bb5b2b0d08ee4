import { Temporal } from "temporal-polyfill";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Rational } from "../money/rational.ts";
import type { CycleRule } from "./cycle-rule.ts";
import { Period } from "./period.ts";

/**
 * The endless row of billing periods of one rule and one start. Every boundary is computed from
 * the fixed anchor, never from the boundary before it, so that day 31 comes back after February.
 */
export class Cycle {
  readonly rule: CycleRule;
  readonly #anchorMonth: Temporal.PlainYearMonth;
  /** The day of the month at which periods of months begin, where the month has it. */
  readonly anchorDay: number;
  readonly #anchorDate: LocalDate;
  readonly #boundaries = new Map<number, LocalDate>();
  readonly #indexes = new Map<LocalDate, number>();
  readonly #periods = new Map<number, Period>();

  static readonly #known = new WeakMap<CycleRule, Map<LocalDate, Cycle>>();

  /** The cycle of a rule for a start; the same object for the same pair, with what it has computed. */
  static of(rule: CycleRule, start: LocalDate): Cycle {
    const byStart = Cycle.#known.get(rule) ?? new Map<LocalDate, Cycle>();
    Cycle.#known.set(rule, byStart);
    const cycle = byStart.get(start) ?? new Cycle(rule, start);
    byStart.set(start, cycle);
    return cycle;
  }

  private constructor(rule: CycleRule, start: LocalDate) {
    this.rule = rule;
    const { alignment } = rule;
    this.anchorDay = alignment.dayOfMonth ?? (alignment.kind === "calendar" ? 1 : start.dayOfMonth);
    this.#anchorMonth =
      alignment.kind === "calendar"
        ? new Temporal.PlainYearMonth(2000, alignment.month ?? 1)
        : start.yearMonth();
    this.#anchorDate = weekAnchor(rule, start);
  }

  /** The date at which the period of this index begins; index 0 begins at the anchor. */
  boundary(index: number): LocalDate {
    let date = this.#boundaries.get(index);
    if (date === undefined) {
      date = this.#computeBoundary(index);
      this.#boundaries.set(index, date);
    }
    return date;
  }

  period(index: number): Period {
    let period = this.#periods.get(index);
    if (period === undefined) {
      period = Period.of(this.boundary(index), this.boundary(index + 1));
      this.#periods.set(index, period);
    }
    return period;
  }

  /** The index of the period that contains the date. */
  indexOf(date: LocalDate): number {
    let index = this.#indexes.get(date);
    if (index === undefined) {
      index = this.#computeIndex(date);
      this.#indexes.set(date, index);
    }
    return index;
  }

  /** Boundaries of the single months inside a period of months, both ends included. */
  monthBoundaries(index: number): LocalDate[] {
    const first = index * this.rule.months;
    return Array.from({ length: this.rule.months + 1 }, (_, month) => this.#monthBoundary(first + month));
  }

  #computeBoundary(index: number): LocalDate {
    return this.rule.days > 0
      ? this.#anchorDate.plusDays(index * this.rule.days)
      : this.#monthBoundary(index * this.rule.months);
  }

  #monthBoundary(months: number): LocalDate {
    return LocalDate.ofMonth(this.#anchorMonth.add({ months }), this.anchorDay);
  }

  #computeIndex(date: LocalDate): number {
    const index = this.rule.days > 0 ? this.#dayIndex(date) : this.#monthIndex(date);
    return date.day < this.boundary(index).day ? index - 1 : index;
  }

  #dayIndex(date: LocalDate): number {
    return wholeTimes(this.#anchorDate.daysUntil(date), this.rule.days);
  }

  #monthIndex(date: LocalDate): number {
    const { months } = this.#anchorMonth.until(date.yearMonth(), { largestUnit: "month" });
    return wholeTimes(months, this.rule.months);
  }
}

function wholeTimes(distance: number, step: number): number {
  return Number(Rational.of(BigInt(distance), BigInt(step)).floor());
}

function weekAnchor({ unit, alignment }: CycleRule, start: LocalDate): LocalDate {
  if (unit !== "week" || alignment.kind === "anniversary") return start;
  // 2000-01-03 was a Monday.
  return LocalDate.parse("2000-01-03").plusDays((alignment.dayOfWeek ?? 1) - 1);
}
