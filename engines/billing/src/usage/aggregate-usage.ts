import { Rational } from "../money/rational.ts";
import type { BillingSettings } from "../settings.ts";
import { percentile95 } from "./percentile.ts";
import type { Aggregate } from "./usage-price.ts";

/** The one quantity that a period's quantities, in the order of time, come to; 0 without any. */
export function aggregateUsage(
  aggregate: Aggregate,
  quantities: readonly Rational[],
  method: BillingSettings["percentileMethod"],
): Rational {
  if (quantities.length === 0) return Rational.zero;
  switch (aggregate) {
    case "sum":
      return quantities.reduce((total, quantity) => total.plus(quantity), Rational.zero);
    case "maximum":
      return quantities.reduce((most, quantity) => (quantity.compare(most) > 0 ? quantity : most));
    case "latest":
      return quantities.at(-1) ?? Rational.zero;
    case "count":
      return Rational.of(BigInt(quantities.length));
    case "percentile-95":
      return percentile95(quantities, method);
  }
}
