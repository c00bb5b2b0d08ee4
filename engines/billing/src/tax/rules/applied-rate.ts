import type { Rational } from "../../money/rational.ts";

/** A tax that applies to a line. */
export interface AppliedRate {
  readonly code: string;
  /** As a fraction of its own base; 0 when exempt. */
  readonly rate: Rational;
  /** As a fraction of the net price: the rate, and for a compound tax the rate on the ordinary taxes too. */
  readonly factor: Rational;
  /** Whether it is on the ordinary taxes of the line too. */
  readonly compound: boolean;
  readonly exemption?: string | undefined;
  /** The factor that a customer without exemptions pays; it is in a price that includes tax. */
  readonly usualFactor: Rational;
  /** Code, rate and factor in one text: equal texts are taxed together. */
  readonly signature: string;
}
