import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Discount } from "../../discounts/discount.ts";
import { type Stacked, stackDiscounts } from "../../discounts/stack-discounts.ts";
import type { BillingSettings } from "../../settings.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";
import { CouponCycles } from "./coupon-cycles.ts";

/**
 * Takes the customer's discounts off everything owed, due date by due date, so that the
 * same facts always give the same discounts however often an invoice was made in between. A one-time
 * amount that a date does not use up goes on to later ones, where the tenant has it so. The pieces
 * keep their order.
 */
export function discountOwed(
  pieces: readonly OwedPiece[],
  discounts: readonly Discount[],
  settings: BillingSettings,
): readonly OwedPiece[] {
  if (discounts.length === 0) return pieces;
  const remaining = discounts.map((discount) => new Remaining(discount, pieces, settings));
  const discountsOfPiece = new Map<OwedPiece, OwedPiece["discounts"]>();
  for (const [date, group] of byDueDate(pieces)) {
    const amounts = group.map(({ amount }) => amount);
    const taken = stackDiscounts(
      amounts,
      remaining.map((one) => one.offer(date, group)),
      settings,
    );
    for (const [index, one] of remaining.entries()) one.take(taken[index] ?? [], date, group);
    for (const [line, piece] of group.entries())
      discountsOfPiece.set(piece, discountsOf(line, discounts, taken));
  }
  return pieces.map((piece) => ({ ...piece, discounts: discountsOfPiece.get(piece) ?? [] }));
}

function discountsOf(line: number, discounts: readonly Discount[], taken: readonly (readonly bigint[])[]) {
  return discounts
    .map(({ id }, index) => ({ id, amount: taken[index]?.[line] ?? 0n }))
    .filter(({ amount }) => amount !== 0n);
}

function byDueDate(pieces: readonly OwedPiece[]): [LocalDate, OwedPiece[]][] {
  const groups = new Map<LocalDate, OwedPiece[]>();
  for (const piece of pieces) {
    const group = groups.get(piece.due);
    if (group === undefined) groups.set(piece.due, [piece]);
    else group.push(piece);
  }
  return [...groups].sort(([one], [other]) => one.day - other.day);
}

/** The remaining effect of a discount, updated along the due dates in their order. */
class Remaining {
  readonly #discount: Discount;
  readonly #cycles: CouponCycles;
  /** The remainder of an amount that is given once and carried on. Undefined for other discounts. */
  #pool: bigint | undefined;

  constructor(
    discount: Discount,
    pieces: readonly OwedPiece[],
    settings: Pick<BillingSettings, "unusedOnceAmount">,
  ) {
    const { value, cycles } = discount;
    const isOnSubscriptions = pieces.some(({ subscription }) => subscription !== undefined);
    const isOnce = value.kind === "amount" && cycles === 1;
    const carries = isOnce && settings.unusedOnceAmount === "carry";
    this.#discount = discount;
    this.#pool = carries ? value.amount.minor : undefined;
    this.#cycles = new CouponCycles(
      carries ? undefined : cycles,
      isOnce || !isOnSubscriptions ? "dates" : "subscriptions",
    );
  }

  offer(date: LocalDate, group: readonly OwedPiece[]): Stacked {
    const { value, subscription, from, until } = this.#discount;
    const isOpen = from.day <= date.day && (until === undefined || date.day < until.day);
    const applies = group.map(
      (piece) =>
        isOpen &&
        piece.amount > 0n &&
        (subscription === undefined || piece.subscription === subscription) &&
        this.#cycles.isOpenFor(piece, date),
    );
    if (this.#pool !== undefined && value.kind === "amount")
      return { value: { kind: "amount", amount: value.amount.withMinor(this.#pool) }, applies };
    // A line of which an earlier discount left nothing takes nothing of this one, so its cycle does not count.
    const givenBefore = (left: readonly bigint[]) =>
      this.#cycles.takenIn(
        group.filter((_, line) => applies[line] === true && (left[line] ?? 0n) > 0n),
        date,
      );
    return { value, applies, givenBefore };
  }

  take(parts: readonly bigint[], date: LocalDate, group: readonly OwedPiece[]): void {
    if (this.#pool !== undefined) {
      this.#pool = parts.reduce((left, part) => left - part, this.#pool);
      return;
    }
    const taken = group.filter((_, index) => (parts[index] ?? 0n) !== 0n);
    this.#cycles.count(
      taken,
      parts.filter((part) => part !== 0n),
      date,
    );
  }
}
