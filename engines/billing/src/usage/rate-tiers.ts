import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import { checkedTiers } from "./checked-tiers.ts";
import type { Tier } from "./price-model.ts";
import { quantityText } from "./quantity-text.ts";
import type { Rated } from "./rated.ts";

type AtZero = BillingSettings["feeAtZeroUsage"];

/** Each part of the quantity at its own tier's price ("graduated" at Stripe and Lago, "all tiers" at Kill Bill). */
export function rateGraduated(tiers: readonly Tier[], quantity: Rational, atZero: AtZero = "free"): Rated {
  if (isNothing(quantity)) return rateNothing(tiers, atZero);
  let minorUnits = Rational.zero;
  let below = Rational.zero;
  const steps: string[] = [];
  for (const tier of checkedTiers(tiers)) {
    if (quantity.compare(below) <= 0) break;
    const top = tier.upTo !== undefined && tier.upTo.compare(quantity) < 0 ? tier.upTo : quantity;
    const inTier = top.minus(below);
    minorUnits = minorUnits.plus(tierCost(tier, inTier));
    steps.push(tierStep(tier, inTier));
    below = top;
  }
  return { minorUnits, steps };
}

/** All of the quantity at the price of the tier that it reaches ("volume" at Stripe and Lago, "top tier" at Kill Bill). */
export function rateVolume(tiers: readonly Tier[], quantity: Rational, atZero: AtZero = "free"): Rated {
  const checked = checkedTiers(tiers);
  if (isNothing(quantity)) return rateNothing(checked, atZero);
  const reached = checked.find((tier) => tier.upTo === undefined || quantity.compare(tier.upTo) <= 0);
  if (reached === undefined) return { minorUnits: Rational.zero, steps: [] };
  return { minorUnits: tierCost(reached, quantity), steps: [tierStep(reached, quantity)] };
}

function isNothing(quantity: Rational): boolean {
  return quantity.compare(Rational.zero) <= 0;
}

/** Where nothing was used, the fee of the first tier is owed or not, as the tenant has it. */
function rateNothing(tiers: readonly Tier[], atZero: AtZero): Rated {
  const [first] = checkedTiers(tiers);
  if (atZero === "free" || first?.fee === undefined) return { minorUnits: Rational.zero, steps: [] };
  return { minorUnits: first.fee.minorUnits, steps: [tierStep(first, Rational.zero)] };
}

function tierCost(tier: Tier, quantity: Rational): Rational {
  const units = tier.unitPrice.minorUnits.times(quantity);
  return tier.fee === undefined ? units : units.plus(tier.fee.minorUnits);
}

function tierStep(tier: Tier, quantity: Rational): string {
  const fee = tier.fee === undefined ? "" : ` + ${tier.fee}`;
  return `${quantityText(quantity)} × ${tier.unitPrice}${fee}`;
}
