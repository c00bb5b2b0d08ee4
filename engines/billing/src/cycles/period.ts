import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { BillingFault } from "../billing-fault.ts";

/** A half-open range of dates: `from` belongs to it, `to` does not. Never empty. */
export class Period {
  readonly from: LocalDate;
  readonly to: LocalDate;

  private constructor(from: LocalDate, to: LocalDate) {
    this.from = from;
    this.to = to;
  }

  /** @throws BillingFault PERIOD_INVALID unless `to` is after `from`. */
  static of(from: LocalDate, to: LocalDate): Period {
    if (to.day <= from.day) {
      throw new BillingFault(
        "PERIOD_INVALID",
        `expected a period whose end is after its start ${from}; found the end ${to}: the end is the first day after the period`,
        ["to"],
      );
    }
    return new Period(from, to);
  }

  days(): number {
    return this.from.daysUntil(this.to);
  }

  contains(date: LocalDate): boolean {
    return this.from.day <= date.day && date.day < this.to.day;
  }

  toString(): string {
    return `${this.from}/${this.to}`;
  }
}
