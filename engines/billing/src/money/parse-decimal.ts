import { quoted } from "../../../base/src/quoted.ts";
import { BillingFault } from "../billing-fault.ts";
import { Rational } from "./rational.ts";

const decimalForm = /^(-?)(\d{1,30})(?:\.(\d{1,18}))?$/;

/**
 * The exact value of a plain decimal such as `-12.345`: at most 30 digits before the point and
 * 18 after it, no exponent, no grouping, no plus sign.
 * @throws BillingFault AMOUNT_INVALID for anything else.
 */
export function parseDecimal(text: string): Rational {
  const match = decimalForm.exec(text);
  if (match === null) {
    throw new BillingFault(
      "AMOUNT_INVALID",
      `expected a plain decimal in a string, such as "59.90"; found ${quoted(text)}: write digits with at most one point, without exponent, spaces or grouping`,
    );
  }
  const [, sign, whole = "", fraction = ""] = match;
  const magnitude = BigInt(whole + fraction);
  return Rational.of(sign === "-" ? -magnitude : magnitude, 10n ** BigInt(fraction.length));
}
