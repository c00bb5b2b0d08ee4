import type { BilledLine, CreditedLine, LineTax } from "../facts/billed-line.ts";
import { joined, type Stretch, without } from "../periods/stretches.ts";

/** The sum of all earlier lines with one key, in minor units. */
export interface BilledSoFar {
  amount: bigint;
  readonly discounts: Map<string, bigint>;
  /** The sum that credit notes of other lines took off it, less the sum that its own took off others. */
  carriedCredit: bigint;
  /** The sums paid of it without and with tax, before credit notes. */
  net: bigint;
  gross: bigint;
  /** Net and gross after adjustments and credit notes: what may still be given back. */
  leftNet: bigint;
  leftGross: bigint;
  /** The same by tax, in the order in which the taxes were first billed. */
  readonly leftTaxes: Map<
    string,
    { readonly tax: Pick<LineTax, "code" | "rate" | "exemption">; amount: bigint }
  >;
  lines: number;
  /** The dates that are billed and were not given back by an adjustment. */
  dates: readonly Stretch[];
  /** The first of the lines, which describes them all. */
  readonly first: BilledLine;
}

/** Sums earlier lines by what they were about, less what credit notes of these lines took back. */
export function billedSoFar(
  billed: readonly BilledLine[],
  credited: readonly CreditedLine[],
): Map<string, BilledSoFar> {
  const byKey = new Map<string, BilledSoFar>();
  for (const line of billed) add(byKey, line);
  const keys = new Map(credited.length === 0 ? [] : billed.map(({ id, key }) => [id, key]));
  for (const credit of credited) {
    const sums = byKey.get(keys.get(credit.line) ?? "");
    if (sums !== undefined) takeBack(sums, credit);
  }
  return byKey;
}

function add(byKey: Map<string, BilledSoFar>, line: BilledLine): void {
  const sums = byKey.get(line.key) ?? nothingYet(line);
  byKey.set(line.key, sums);
  sums.amount += line.amount.minor;
  sums.carriedCredit += line.carriedCredit?.minor ?? 0n;
  sums.net += line.net.minor;
  sums.leftNet += line.net.minor;
  sums.gross += line.gross.minor;
  sums.leftGross += line.gross.minor;
  sums.lines += 1;
  const dates = line.stretches ?? [line];
  sums.dates = line.amount.minor < 0n ? without(sums.dates, dates) : joined([...sums.dates, ...dates]);
  for (const { id, amount } of line.discounts) {
    sums.discounts.set(id, (sums.discounts.get(id) ?? 0n) + amount.minor);
  }
  for (const tax of line.taxes) {
    const left = sums.leftTaxes.get(tax.code) ?? { tax, amount: 0n };
    sums.leftTaxes.set(tax.code, left);
    left.amount += tax.amount.minor;
  }
}

function nothingYet(first: BilledLine): BilledSoFar {
  return {
    amount: 0n,
    discounts: new Map(),
    carriedCredit: 0n,
    net: 0n,
    gross: 0n,
    leftNet: 0n,
    leftGross: 0n,
    leftTaxes: new Map(),
    lines: 0,
    dates: [],
    first,
  };
}

function takeBack(sums: BilledSoFar, { net, taxes }: CreditedLine): void {
  sums.leftNet -= net.minor;
  sums.leftGross -= net.minor;
  for (const { code, amount } of taxes) {
    sums.leftGross -= amount.minor;
    const left = sums.leftTaxes.get(code);
    if (left !== undefined) left.amount -= amount.minor;
  }
}
