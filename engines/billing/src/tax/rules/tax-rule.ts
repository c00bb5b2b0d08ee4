import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Rational } from "../../money/rational.ts";

/** A tax as the law has it from one date to another; the same code may have a new rate later. */
export interface TaxRule {
  readonly code: string;
  /** As a fraction: 0.2 for 20 %. */
  readonly rate: Rational;
  readonly from: LocalDate;
  /** The first date on which it no longer holds. */
  readonly until?: LocalDate | undefined;
  /** Charged on the price together with the ordinary taxes of the line. */
  readonly compound: boolean;
}

/** A customer who does not pay a tax for some time. */
export interface Exemption {
  /** The code of the tax, or every tax. */
  readonly code?: string | undefined;
  readonly from: LocalDate;
  readonly until?: LocalDate | undefined;
  readonly reason: string;
}
