import type { Rational } from "../money/rational.ts";

/** An exact price in minor units with the steps that led to it, for the pencil. */
export interface Rated {
  readonly minorUnits: Rational;
  readonly steps: readonly string[];
  /** The part of the period that the sum of the steps was prorated for: `days 10 of 30 (0.333333333)`. */
  readonly share?: string | undefined;
  /** The minimum or maximum that replaced the sum of the steps. */
  readonly bound?: string | undefined;
}

/** The calculation as text: `3 × 1.00, raised to the minimum 5.00, rounded once`. */
export function ratedText({ steps, share, bound }: Rated): string {
  return [
    steps.join(" + ") || "nothing to pay",
    ...(share === undefined ? [] : [`for ${share}`]),
    ...(bound === undefined ? [] : [bound]),
    "rounded once",
  ].join(", ");
}
