import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { Discount } from "../discounts/discount.ts";
import { type Stacked, stackDiscounts } from "../discounts/stack-discounts.ts";
import { Money } from "../money/money.ts";
import type { BillingSettings } from "../settings.ts";
import type { OwedPiece } from "./owed-piece.ts";

/**
 * Takes the customer's discounts off everything owed, billing date by billing date, so that the
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
  const remaining = discounts.map((discount) => new Remaining(discount, settings));
  const discountsOfPiece = new Map<OwedPiece, OwedPiece["discounts"]>();
  for (const [date, group] of byBillingDate(pieces)) {
    const amounts = group.map(({ amount }) => amount);
    const taken = stackDiscounts(
      amounts,
      remaining.map((one) => one.offer(date, group)),
      settings,
    );
    for (const [index, one] of remaining.entries()) one.take(taken[index] ?? []);
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

function byBillingDate(pieces: readonly OwedPiece[]): [LocalDate, OwedPiece[]][] {
  const groups = new Map<LocalDate, OwedPiece[]>();
  for (const piece of pieces) {
    const group = groups.get(piece.billingDate);
    if (group === undefined) groups.set(piece.billingDate, [piece]);
    else group.push(piece);
  }
  return [...groups].sort(([one], [other]) => one.day - other.day);
}

/** What a discount may still do, walking the billing dates in their order. */
class Remaining {
  readonly #discount: Discount;
  readonly #carries: boolean;
  #cycles: number;
  #amount: bigint | undefined;

  constructor(discount: Discount, settings: Pick<BillingSettings, "unusedOnceAmount">) {
    this.#discount = discount;
    this.#cycles = discount.cycles ?? Number.MAX_SAFE_INTEGER;
    const isOnce = discount.cycles === 1 && settings.unusedOnceAmount === "carry";
    this.#carries = isOnce && discount.value.kind === "amount";
    this.#amount = discount.value.kind === "amount" ? discount.value.amount.minor : undefined;
  }

  offer(date: LocalDate, group: readonly OwedPiece[]): Stacked {
    const { value, subscription, from, until } = this.#discount;
    const isOpen = this.#cycles > 0 && from.day <= date.day && (until === undefined || date.day < until.day);
    const applies = group.map(
      (piece) =>
        isOpen && piece.amount > 0n && (subscription === undefined || piece.subscription === subscription),
    );
    if (value.kind === "amount" && this.#carries) {
      const amount = Money.of(this.#amount ?? 0n, value.amount.currency);
      return { value: { kind: "amount", amount }, applies };
    }
    return { value, applies };
  }

  take(parts: readonly bigint[]): void {
    const taken = parts.reduce((sum, part) => sum + part, 0n);
    if (taken === 0n) return;
    if (!this.#carries) {
      this.#cycles -= 1;
      return;
    }
    this.#amount = (this.#amount ?? 0n) - taken;
    if (this.#amount === 0n) this.#cycles = 0;
  }
}
