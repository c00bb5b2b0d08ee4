import { printShortest } from "../money/print-decimal.ts";
import type { Rational } from "../money/rational.ts";

/** A quantity as people write it: 65000, 1.5. */
export function quantityText(quantity: Rational): string {
  return printShortest(quantity, 18);
}
