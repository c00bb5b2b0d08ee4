import { creditGross, creditNet, shares } from "./credit-line.ts";
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
  const most = left.reduce((total, part) => total + part, 0n);
  const credit = basis === "net" ? creditNet : creditGross;
  if (amount > most || amount < 0n) credit({ net: most, taxes: [] }, amount);
  return shares(amount, left).map((share, index) => credit(lines[index] ?? { net: 0n, taxes: [] }, share));
}
