import { BillingFault } from "../billing-fault.ts";
import { Rational } from "../money/rational.ts";
import type { Tier } from "./price-model.ts";
import { quantityText } from "./quantity-text.ts";

/**
 * The tiers, if they rise and only the last has no end.
 * @throws BillingFault USAGE_INVALID otherwise.
 */
export function checkedTiers(tiers: readonly Tier[]): Tier[] {
  let below = Rational.zero;
  for (const [index, { upTo }] of tiers.entries()) {
    const isLast = index === tiers.length - 1;
    if (isLast !== (upTo === undefined))
      throw badTier(index, isLast ? "no upper bound in the last tier" : "an upper bound");
    if (upTo === undefined) continue;
    if (upTo.compare(below) <= 0) throw badTier(index, `an upper bound above ${quantityText(below)}`);
    below = upTo;
  }
  if (tiers.length === 0) throw badTier(0, "at least one tier");
  return [...tiers];
}

function badTier(index: number, expected: string): BillingFault {
  return new BillingFault(
    "USAGE_INVALID",
    `expected ${expected}; found otherwise at tier ${index}: write tiers from low to high, only the last without upTo`,
    [index, "upTo"],
  );
}
