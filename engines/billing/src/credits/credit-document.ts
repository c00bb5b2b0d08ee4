import type { BillingSettings } from "../settings.ts";
import { creditGross, creditNet, requireWithin, shares } from "./credit-line.ts";
import { grossLeft, type LeftOfLine } from "./left-of-line.ts";

/**
 * Spreads a credit over the lines of a document by what is left of each, and over each line's
 * taxes; the parts sum to the whole to the last unit.
 * @param basis whether the amount is without tax or with it
 * @param inclusiveRounding where the units go that an amount with tax leaves over on a line
 * @throws BillingFault CREDIT_EXCEEDS_LINE for more than is left of the document.
 */
export function creditDocument(
  lines: readonly LeftOfLine[],
  amount: bigint,
  basis: "net" | "gross",
  inclusiveRounding: BillingSettings["inclusiveRounding"],
): LeftOfLine[] {
  const left = lines.map((line) => (basis === "net" ? line.net : grossLeft(line)));
  requireWithin(
    amount,
    left.reduce((total, part) => total + part, 0n),
  );
  const parts = shares(amount, left);
  return lines.map((line, index) => {
    const part = parts[index] ?? 0n;
    return basis === "net" ? creditNet(line, part) : creditGross(line, part, inclusiveRounding);
  });
}
