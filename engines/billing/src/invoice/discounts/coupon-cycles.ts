import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";

interface Counted {
  cycles: number;
  /** The end of the last cycle that was counted. */
  end: LocalDate;
}

/**
 * For which cycles a coupon was given. It counts the cycles of each subscription that it is on, not the
 * customer's billing dates; an amount that is given once counts for the customer as a whole. What is sold
 * once counts nothing: it is discounted while the coupon still runs for a subscription. Only for customers
 * without subscriptions, each date on which something is sold is a cycle.
 */
export class CouponCycles {
  readonly #most: number | undefined;
  readonly #counts: "subscriptions" | "dates";
  readonly #counted = new Map<string, Counted>();

  /**
   * @param most undefined for a coupon without end
   * @param counts dates for an amount that is given once, and where it is on no subscription
   */
  constructor(most: number | undefined, counts: "subscriptions" | "dates") {
    this.#most = most;
    this.#counts = counts;
  }

  /** Whether the coupon covers a piece that is billed on the date. */
  isOpenFor({ subscription }: OwedPiece, date: LocalDate): boolean {
    const all = [...this.#counted.values()];
    const isOfAny = this.#counts === "dates" || subscription === undefined;
    if (isOfAny) return all.length === 0 || all.some((counted) => this.#runs(counted, date));
    const own = this.#counted.get(subscription);
    return own === undefined || this.#runs(own, date);
  }

  /** Counts what the coupon was taken off on a date: at most one cycle of each subscription. */
  count(pieces: readonly OwedPiece[], date: LocalDate): void {
    if (pieces.length === 0) return;
    if (this.#counts === "dates") this.#countCycle("", date, date);
    const ends = new Map<string, LocalDate>();
    for (const { subscription, cycleEnd } of pieces) {
      if (this.#counts === "dates" || subscription === undefined || cycleEnd === undefined) continue;
      const known = ends.get(subscription);
      if (known === undefined || known.day < cycleEnd.day) ends.set(subscription, cycleEnd);
    }
    for (const [subscription, end] of ends) this.#countCycle(subscription, end, date);
  }

  #countCycle(counter: string, end: LocalDate, date: LocalDate): void {
    const counted = this.#counted.get(counter);
    if (counted === undefined) this.#counted.set(counter, { cycles: 1, end });
    else if (date.day >= counted.end.day) {
      counted.cycles += 1;
      counted.end = end;
    }
  }

  #runs({ cycles, end }: Counted, date: LocalDate): boolean {
    return this.#most === undefined || cycles < this.#most || date.day < end.day;
  }
}
