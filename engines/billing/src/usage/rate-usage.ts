import { BillingFault } from "../billing-fault.ts";
import type { Currency } from "../money/currency.ts";
import type { Price } from "../money/price.ts";
import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import type { PriceModel } from "./price-model.ts";
import { quantityText } from "./quantity-text.ts";
import { ratePercentage } from "./rate-percentage.ts";
import { rateGraduated, rateVolume } from "./rate-tiers.ts";
import type { Rated } from "./rated.ts";

/** The price of a quantity, exact and unrounded. `amounts` are the single events, for the percentage model. */
export function rateUsage(
  model: PriceModel,
  quantity: Rational,
  amounts: readonly Rational[],
  currency: Currency,
  atZero: BillingSettings["feeAtZeroUsage"] = "free",
): Rated {
  switch (model.kind) {
    case "flat":
      return {
        minorUnits: model.unitPrice.minorUnits.times(quantity),
        steps: [`${quantityText(quantity)} × ${model.unitPrice}`],
      };
    case "graduated":
      return rateGraduated(model.tiers, quantity, atZero);
    case "volume":
      return rateVolume(model.tiers, quantity, atZero);
    case "package":
      return ratePackages(model.size, model.price, quantity);
    case "percentage":
      return ratePercentage(model, amounts, currency.scale);
  }
}

/** Begun packages, each at the full price. */
function ratePackages(size: Rational, price: Price, quantity: Rational): Rated {
  if (size.compare(Rational.zero) <= 0) {
    throw new BillingFault("USAGE_INVALID", `expected a package size above 0; found ${quantityText(size)}`);
  }
  const packages = Rational.of(quantity.dividedBy(size).ceiling());
  return {
    minorUnits: price.minorUnits.times(packages),
    steps: [
      `${quantityText(packages)} ${packages.equals(Rational.one) ? "package" : "packages"} of ${quantityText(size)} × ${price}`,
    ],
  };
}
