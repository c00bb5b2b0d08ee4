import { quoted } from "../../../base/src/quoted.ts";
import { BillingFault } from "../billing-fault.ts";
import type { Currency } from "./currency.ts";
import { parseDecimal } from "./parse-decimal.ts";
import { printScaled } from "./print-decimal.ts";
import type { Rational } from "./rational.ts";
import { Rational as Fraction } from "./rational.ts";
import { roundHalfUp } from "./round-half-up.ts";

/** A whole number of minor units of one currency. */
export class Money {
  readonly minor: bigint;
  readonly currency: Currency;

  private constructor(minor: bigint, currency: Currency) {
    this.minor = minor;
    this.currency = currency;
  }

  static of(minor: bigint, currency: Currency): Money {
    return new Money(minor, currency);
  }

  static zero(currency: Currency): Money {
    return new Money(0n, currency);
  }

  /**
   * The money written as an exact decimal of major units: `12.30` EUR, `1230` JPY.
   * @throws BillingFault AMOUNT_INVALID when it has more decimals than the currency.
   */
  static parse(text: string, currency: Currency): Money {
    const minor = parseDecimal(text).times(Fraction.of(currency.scale)).reduced();
    if (minor.denominator !== 1n) {
      throw new BillingFault(
        "AMOUNT_INVALID",
        `expected an amount of ${currency.code} with at most ${currency.decimals} decimals; found ${quoted(text)}: round it before it becomes money`,
      );
    }
    return new Money(minor.numerator, currency);
  }

  /** An exact number of minor units, rounded once, here. */
  static rounded(minorUnits: Rational, currency: Currency): Money {
    return new Money(roundHalfUp(minorUnits), currency);
  }

  /** Another number of minor units of the same currency. */
  withMinor(minor: bigint): Money {
    return new Money(minor, this.currency);
  }

  plus(other: Money): Money {
    this.#refuseOther(other);
    return new Money(this.minor + other.minor, this.currency);
  }

  minus(other: Money): Money {
    this.#refuseOther(other);
    return new Money(this.minor - other.minor, this.currency);
  }

  negated(): Money {
    return new Money(-this.minor, this.currency);
  }

  compare(other: Money): -1 | 0 | 1 {
    this.#refuseOther(other);
    if (this.minor === other.minor) return 0;
    return this.minor < other.minor ? -1 : 1;
  }

  isZero(): boolean {
    return this.minor === 0n;
  }

  isNegative(): boolean {
    return this.minor < 0n;
  }

  /** The exact decimal with all decimals of the currency: `-0.05`. */
  toString(): string {
    return printScaled(this.minor, this.currency.decimals);
  }

  toJSON(): string {
    return this.toString();
  }

  #refuseOther(other: Money): void {
    if (this.currency !== other.currency) {
      throw new BillingFault(
        "CURRENCY_MIXED",
        `expected an amount of ${this.currency.code}; found one of ${other.currency.code}: convert it first, the engine has no exchange rates`,
      );
    }
  }
}
