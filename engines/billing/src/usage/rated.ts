import type { Rational } from "../money/rational.ts";

/** An exact price in minor units with the steps that led to it, for the pencil. */
export interface Rated {
  readonly minorUnits: Rational;
  readonly steps: readonly string[];
  /** The minimum or maximum that replaced the sum of the steps. */
  readonly bound?: string | undefined;
}

/** The calculation as text: `3 × 1.00, raised to the minimum 5.00, rounded once`. */
export function ratedText({ steps, bound }: Rated): string {
  return [
    steps.join(" + ") || "nothing to pay",
    ...(bound === undefined ? [] : [bound]),
    "rounded once",
  ].join(", ");
}
