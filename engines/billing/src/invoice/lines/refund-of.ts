import { creditGross, creditNet } from "../../credits/credit-line.ts";
import type { LeftOfLine } from "../../credits/left-of-line.ts";
import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import type { BillingSettings } from "../../settings.ts";
import type { BilledSoFar } from "./billed-so-far.ts";
import type { Delta } from "./settle.ts";

/** The sums to give back of a price that is owed no more, in minor units. */
export interface Refund {
  /** The sum given back, with the taxes that were paid on it. */
  readonly credit: LeftOfLine;
  /** The part of the price that it is. */
  readonly price: bigint;
  /** The rest of the price: credit notes gave it back before. */
  readonly credited: bigint;
}

/** Gives a price back as it was paid, and never more than is left of what was billed. */
export function refundOf(
  { price, billed }: Pick<Delta, "price" | "billed">,
  { prices, inclusiveRounding }: Pick<BillingSettings, "prices" | "inclusiveRounding">,
): Refund {
  if (billed === undefined) return { credit: { net: 0n, taxes: [] }, price: 0n, credited: 0n };
  const taxes = [...billed.leftTaxes.values()].map(({ amount }) => amount);
  const left = { net: billed.leftNet, taxes };
  const isExclusive = prices === "exclusive";
  const [paid, most] = isExclusive ? [billed.net, billed.leftNet] : [billed.gross, billed.leftGross];
  if (most <= 0n) return { credit: { net: 0n, taxes: taxes.map(() => 0n) }, price: 0n, credited: -price };
  const asked = priceAsked(billed);
  const wanted = shareOf(-price, paid, asked);
  const given = wanted > most ? most : wanted;
  const credit = isExclusive ? creditNet(left, given) : creditGross(left, given, inclusiveRounding);
  const givenPrice = given === wanted ? -price : shareOf(given, asked, paid);
  return { credit, price: givenPrice, credited: -price - givenPrice };
}

/** The price after discounts and credit notes of other lines; less was paid where a tax in it was exempt. */
function priceAsked({ amount, discounts, carriedCredit }: BilledSoFar): bigint {
  return [...discounts.values()].reduce((left, discount) => left - discount, amount - carriedCredit);
}

function shareOf(sum: bigint, part: bigint, whole: bigint): bigint {
  return part === whole || part === 0n || whole === 0n ? sum : roundHalfUp(Rational.of(sum * part, whole));
}
