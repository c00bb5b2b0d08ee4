import type { Rational } from "./rational.ts";
import { roundHalfUp } from "./round-half-up.ts";

/** How a fraction of a minor unit becomes a whole one; down is towards zero, up away from it. */
export type RoundingMode = "half-up" | "down" | "up";

/** A value rounded to whole units; a negative one is rounded as its mirror image. */
export function roundAs(mode: RoundingMode, value: Rational): bigint {
  if (mode === "half-up") return roundHalfUp(value);
  return (mode === "down") === value.isNegative() ? value.ceiling() : value.floor();
}
