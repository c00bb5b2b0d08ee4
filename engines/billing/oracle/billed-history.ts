import { invoice as command } from "../cli/commands/invoice.ts";
import type { Invoice, InvoiceLine } from "../src/invoice/lines/invoice.ts";
import { Currency } from "../src/money/currency.ts";
import type { History } from "./history.ts";

const schema = command.input(Currency.of("EUR"));

/** A credit note of a line, as the command reads it. */
export interface HistoryCredit {
  readonly line: string;
  readonly net: string;
  readonly taxes: readonly { readonly code: string; readonly amount: string }[];
}

/** The invoice of a history after earlier invoices and credit notes, read and run as the command does. */
export function billHistory(
  history: History,
  billed: readonly InvoiceLine[] = [],
  credited: readonly HistoryCredit[] = [],
): Invoice {
  const input = schema.parse(JSON.parse(JSON.stringify({ ...history, billed, credited })));
  return command.run(input) as Invoice;
}

/** Sums of lines by what they pay for, in the oracle's words: subscription, period, plan, rate. */
export function sumByThing(lines: readonly InvoiceLine[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { key, amount } of lines) {
    const [subscription, component, period = "", plan, rate = ""] = key.split("|");
    const [price, quantity = "1"] = rate.split(" × ");
    const what = component === "recurring" ? `${price}|${quantity}` : rate;
    const name = `${subscription}|${period.split("/")[0]}|${plan}|${what}`;
    sums.set(name, (sums.get(name) ?? 0n) + amount.minor);
  }
  return withoutZeros(sums);
}

/** Sums by the engine's own keys: amounts, discounts and prices after discounts. */
export function sumByKey(lines: readonly InvoiceLine[]): Map<string, string> {
  const sums = new Map<string, { amount: bigint; discount: bigint }>();
  for (const { key, amount, discounts } of lines) {
    const sum = sums.get(key) ?? { amount: 0n, discount: 0n };
    sums.set(key, sum);
    sum.amount += amount.minor;
    for (const one of discounts) sum.discount += one.amount.minor;
  }
  return new Map(
    [...sums]
      .filter(([, { amount, discount }]) => amount !== 0n || discount !== 0n)
      .map(([key, { amount, discount }]) => [key, `${amount} - ${discount}`] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function withoutZeros(sums: Map<string, bigint>): Map<string, bigint> {
  return new Map([...sums].filter(([, sum]) => sum !== 0n));
}
