import type { Price } from "../money/price.ts";
import { Rational } from "../money/rational.ts";
import type { Rated } from "./rated.ts";

/**
 * Lifts a price to the minimum of its period, or cuts it to the maximum. Both shrink with the part
 * of the period that was served.
 */
export function withinBounds(
  rated: Rated,
  bounds: { readonly minimum?: Price | undefined; readonly maximum?: Price | undefined },
  served: Rational = Rational.one,
): Rated {
  const least = bounds.minimum?.minorUnits.times(served);
  const most = bounds.maximum?.minorUnits.times(served);
  if (least !== undefined && rated.minorUnits.compare(least) < 0) {
    return { minorUnits: least, steps: [...rated.steps, `minimum ${bounds.minimum}`] };
  }
  if (most !== undefined && rated.minorUnits.compare(most) > 0) {
    return { minorUnits: most, steps: [...rated.steps, `maximum ${bounds.maximum}`] };
  }
  return rated;
}
