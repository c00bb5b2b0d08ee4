import type { Rational } from "../money/rational.ts";

/** An exact price in minor units with the steps that led to it, for the pencil. */
export interface Rated {
  readonly minorUnits: Rational;
  readonly steps: readonly string[];
}
