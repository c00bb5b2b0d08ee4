import { compareText } from "../../../../base/src/compare-text.ts";
import { Money } from "../../money/money.ts";
import { type TaxedLine, type TaxSum, totalTaxes } from "../../tax/total-taxes.ts";
import type { CustomerFacts } from "../facts/customer-facts.ts";
import type { Unbilled } from "../owed/unbilled.ts";
import type { Invoice, InvoiceLine, TaxTotal } from "./invoice.ts";

type TaxFacts = Pick<CustomerFacts, "currency" | "taxes">;

/** The sums under the lines: net and tax make gross, by construction and to the last unit. */
export function totalLines(
  lines: readonly InvoiceLine[],
  unbilled: readonly Unbilled[],
  facts: TaxFacts,
): Invoice {
  let [net, discount] = [0n, 0n];
  for (const line of lines) {
    net += line.net.minor;
    for (const part of line.discounts) discount += part.amount.minor;
  }
  const taxes = taxTotals(lines, facts);
  const tax = taxes.reduce((sum, { amount }) => sum + amount.minor, 0n);
  const money = (minor: bigint) => Money.of(minor, facts.currency);
  return {
    lines,
    taxes,
    discount: money(discount),
    net: money(net),
    tax: money(tax),
    gross: money(net + tax),
    unbilled,
  };
}

function taxTotals(lines: readonly InvoiceLine[], facts: TaxFacts): TaxTotal[] {
  const money = (minor: bigint) => Money.of(minor, facts.currency);
  return totalTaxes(lines.map((line) => taxedLine(line, facts)))
    .sort((one, other) => compareText(placeOf(one), placeOf(other)))
    .map((sum) => ({ ...sum, base: money(sum.base), amount: money(sum.amount) }));
}

function placeOf({ code, rate, exemption = "" }: TaxSum): string {
  return `${code}@${rate} ${exemption}`;
}

function taxedLine({ net, taxes, taxDate }: InvoiceLine, facts: TaxFacts): TaxedLine {
  return {
    net: net.minor,
    taxes: taxes.map(({ code, rate, amount, exemption }) => ({
      code,
      rate,
      exemption,
      amount: amount.minor,
      compound: facts.taxes.isCompoundOn(taxDate, code),
    })),
  };
}
