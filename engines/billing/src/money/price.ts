import type { Currency } from "./currency.ts";
import { parseDecimal } from "./parse-decimal.ts";
import { printShortest } from "./print-decimal.ts";
import { Rational } from "./rational.ts";

/** An exact rate in major units that may be finer than a minor unit: 0.0006 EUR per call. */
export class Price {
  /** The rate in minor units, exact. */
  readonly minorUnits: Rational;
  readonly currency: Currency;
  /** As people write it: at least the decimals of the currency, 59.90. */
  readonly text: string;

  private constructor(minorUnits: Rational, currency: Currency) {
    this.minorUnits = minorUnits;
    this.currency = currency;
    this.text = printShortest(minorUnits.dividedBy(Rational.of(currency.scale)), 18, currency.decimals);
  }

  /** @throws BillingFault AMOUNT_INVALID when the text is no plain decimal. */
  static parse(text: string, currency: Currency): Price {
    return new Price(parseDecimal(text).times(Rational.of(currency.scale)).reduced(), currency);
  }

  toString(): string {
    return this.text;
  }
}
