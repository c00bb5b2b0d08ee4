import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";

interface Counted {
  cycles: number;
  /** The end of the last cycle that was counted. */
  end: LocalDate;
  /** The amount that was taken off in it, in minor units. */
  taken: bigint;
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

  /**
   * The amount that the coupon took off before, in the cycles that a date's pieces continue; 0 where one begins
   * a cycle, which the coupon covers anew.
   */
  takenIn(pieces: readonly OwedPiece[], date: LocalDate): bigint {
    let least: bigint | undefined;
    for (const { subscription, cycleEnd } of pieces) {
      if (this.#counts === "dates" || subscription === undefined || cycleEnd === undefined) continue;
      const counted = this.#counted.get(subscription);
      if (counted === undefined || date.day >= counted.end.day) return 0n;
      if (least === undefined || counted.taken < least) least = counted.taken;
    }
    return least ?? 0n;
  }

  /**
   * Counts what the coupon was taken off on a date: at most one cycle of each subscription.
   * @param parts what it took off each piece, in minor units, more than 0
   */
  count(pieces: readonly OwedPiece[], parts: readonly bigint[], date: LocalDate): void {
    if (pieces.length === 0) return;
    if (this.#counts === "dates") this.#countCycle("", date, date, 0n);
    const cycles = new Map<string, { end: LocalDate; taken: bigint }>();
    for (const [index, { subscription, cycleEnd }] of pieces.entries()) {
      if (this.#counts === "dates" || subscription === undefined || cycleEnd === undefined) continue;
      const known = cycles.get(subscription) ?? { end: cycleEnd, taken: 0n };
      cycles.set(subscription, known);
      if (known.end.day < cycleEnd.day) known.end = cycleEnd;
      known.taken += parts[index] ?? 0n;
    }
    for (const [subscription, { end, taken }] of cycles) this.#countCycle(subscription, end, date, taken);
  }

  #countCycle(counter: string, end: LocalDate, date: LocalDate, taken: bigint): void {
    const counted = this.#counted.get(counter);
    if (counted === undefined) this.#counted.set(counter, { cycles: 1, end, taken });
    else if (date.day >= counted.end.day) {
      counted.cycles += 1;
      counted.end = end;
      counted.taken = taken;
    } else counted.taken += taken;
  }

  #runs({ cycles, end }: Counted, date: LocalDate): boolean {
    return this.#most === undefined || cycles < this.#most || date.day < end.day;
  }
}
