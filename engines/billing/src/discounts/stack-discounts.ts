import { allocateUnits } from "../money/allocate-units.ts";
import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import type { DiscountValue } from "./discount.ts";

/** A discount with the lines it may touch. */
export interface Stacked {
  readonly value: DiscountValue;
  readonly applies: readonly boolean[];
  /** The minor units of an amount that its lines have had before, by what earlier discounts left of each line. */
  readonly givenBefore?: (left: readonly bigint[]) => bigint;
}

/**
 * The amount that each discount takes off each line, before tax: `[discount][line]` in minor units. A discount
 * is rounded once for all its lines and spread by what earlier discounts left of them; nothing is
 * cut below 0.
 * @param lines what the lines cost, 0 or more
 */
export function stackDiscounts(
  lines: readonly bigint[],
  discounts: readonly Stacked[],
  settings: Pick<BillingSettings, "discountOrder" | "percentageStacking">,
): bigint[][] {
  const left = [...lines];
  const taken: bigint[][] = discounts.map(() => lines.map(() => 0n));
  for (const [index, discount] of stackingOrder(discounts, settings.discountOrder)) {
    const parts = spread(wanted(discount, lines, left, settings), left, discount.applies);
    taken[index] = parts;
    for (const [line, part] of parts.entries()) left[line] = (left[line] ?? 0n) - part;
  }
  return taken;
}

function stackingOrder(
  discounts: readonly Stacked[],
  order: BillingSettings["discountOrder"],
): [number, Stacked][] {
  const given = [...discounts.entries()];
  if (order === "as-given") return given;
  const first = order === "amounts-first" ? "amount" : "percentage";
  const isFirst = ([, { value }]: [number, Stacked]) => value.kind === first;
  return [...given.filter(isFirst), ...given.filter((one) => !isFirst(one))];
}

function wanted(
  { value, applies, givenBefore }: Stacked,
  lines: readonly bigint[],
  left: readonly bigint[],
  { percentageStacking }: Pick<BillingSettings, "percentageStacking">,
): bigint {
  if (value.kind === "amount") {
    const rest = value.amount.minor - (givenBefore?.(left) ?? 0n);
    return rest < 0n ? 0n : rest;
  }
  const base = percentageStacking === "additive" ? lines : left;
  const sum = base.reduce((total, amount, line) => (applies[line] ? total + amount : total), 0n);
  return roundHalfUp(value.rate.times(Rational.of(sum)));
}

function spread(units: bigint, left: readonly bigint[], applies: readonly boolean[]): bigint[] {
  const open = left.map((amount, line) => (applies[line] ? amount : 0n));
  const most = open.reduce((total, amount) => total + amount, 0n);
  const taken = units > most ? most : units;
  if (taken === 0n) return open.map(() => 0n);
  return allocateUnits(
    taken,
    open.map((amount) => Rational.of(amount)),
  );
}
