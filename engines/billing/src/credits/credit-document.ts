import { creditGross, creditNet, requireWithin, shares } from "./credit-line.ts";
import { grossLeft, type LeftOfLine } from "./left-of-line.ts";

/**
 * Spreads a credit over the lines of a document by what is left of each, and over each line's
 * taxes; the parts sum to the whole to the last unit.
 * @param basis whether the amount is without tax or with it
 * @throws BillingFault CREDIT_EXCEEDS_LINE for more than is left of the document.
 */
export function creditDocument(
  lines: readonly LeftOfLine[],
  amount: bigint,
  basis: "net" | "gross",
): LeftOfLine[] {
  const left = lines.map((line) => (basis === "net" ? line.net : grossLeft(line)));
  requireWithin(
    amount,
    left.reduce((total, part) => total + part, 0n),
  );
  const parts = shares(amount, left);
  const credit = basis === "net" ? creditNet : creditGross;
  return lines.map((line, index) => credit(line, parts[index] ?? 0n));
}
