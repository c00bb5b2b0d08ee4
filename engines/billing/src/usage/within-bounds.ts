import type { Price } from "../money/price.ts";
import { Rational } from "../money/rational.ts";
import type { Rated } from "./rated.ts";

/** The part of a period that was served, with its text for the trail. */
export interface Served {
  readonly part: Rational;
  /** Such as `days 15 of 31`; undefined for a whole period. */
  readonly text: string | undefined;
}

const whole: Served = { part: Rational.one, text: undefined };

/**
 * Lifts a price to the minimum of its period, or cuts it to the maximum. Both shrink with the part
 * of the period that was served. The bound replaces the price, it does not add to it.
 */
export function withinBounds(
  rated: Rated,
  { minimum, maximum }: { readonly minimum?: Price | undefined; readonly maximum?: Price | undefined },
  { part, text }: Served = whole,
): Rated {
  const share = text === undefined ? "" : ` × ${text}`;
  const least = minimum?.minorUnits.times(part);
  const most = maximum?.minorUnits.times(part);
  if (least !== undefined && rated.minorUnits.compare(least) < 0) {
    return { ...rated, minorUnits: least, bound: `raised to the minimum ${minimum}${share}` };
  }
  if (most !== undefined && rated.minorUnits.compare(most) > 0) {
    return { ...rated, minorUnits: most, bound: `cut to the maximum ${maximum}${share}` };
  }
  return rated;
}
