import { printDecimal } from "../money/print-decimal.ts";
import type { Rated } from "./rated.ts";
import type { Served } from "./within-bounds.ts";

/** The share that a part of a period has of the price of a level, which is that of a whole period. */
export function prorateUsage(rated: Rated, { part, text }: Served): Rated {
  if (text === undefined) return rated;
  const share = `${text} (${printDecimal(part, 9)})`;
  return { ...rated, minorUnits: rated.minorUnits.times(part), share };
}
