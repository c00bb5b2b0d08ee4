import { printDecimal } from "../money/print-decimal.ts";
import { Rational } from "../money/rational.ts";

/** A part of a period as people check it: nine decimals, rounded half up, 0.548387097. */
export function ratioText(part: number, length: number): string {
  return printDecimal(Rational.of(BigInt(part), BigInt(length)), 9);
}
