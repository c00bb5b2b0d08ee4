import { compareText } from "../../../../base/src/compare-text.ts";
import type { Currency } from "../../money/currency.ts";
import { Money } from "../../money/money.ts";
import type { Unbilled } from "../owed/unbilled.ts";
import type { Invoice, InvoiceLine, TaxTotal } from "./invoice.ts";

/** The sums under the lines: net and tax make gross, by construction and to the last unit. */
export function totalLines(
  lines: readonly InvoiceLine[],
  unbilled: readonly Unbilled[],
  currency: Currency,
): Invoice {
  let [net, tax, discount] = [0n, 0n, 0n];
  const taxes = new Map<string, { code: string; rate: string; base: bigint; amount: bigint }>();
  for (const line of lines) {
    net += line.net.minor;
    for (const part of line.discounts) discount += part.amount.minor;
    for (const { code, rate, amount } of line.taxes) {
      const key = `${code}@${rate}`;
      const total = taxes.get(key) ?? { code, rate, base: 0n, amount: 0n };
      taxes.set(key, total);
      total.base += line.net.minor;
      total.amount += amount.minor;
      tax += amount.minor;
    }
  }
  const money = (minor: bigint) => Money.of(minor, currency);
  const taxTotals: TaxTotal[] = [...taxes]
    .sort(([one], [other]) => compareText(one, other))
    .map(([, { code, rate, base, amount }]) => ({ code, rate, base: money(base), amount: money(amount) }));
  return {
    lines,
    taxes: taxTotals,
    discount: money(discount),
    net: money(net),
    tax: money(tax),
    gross: money(net + tax),
    unbilled,
  };
}
