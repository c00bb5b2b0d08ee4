import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { creditNet } from "../../credits/credit-line.ts";
import type { Currency } from "../../money/currency.ts";
import { Money } from "../../money/money.ts";
import { printScaled } from "../../money/print-decimal.ts";
import type { BillingSettings } from "../../settings.ts";
import { percentText } from "../../tax/tax-table.ts";
import type { Taxed } from "../../tax/taxable.ts";
import type { LineTax } from "../facts/billed-line.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";
import type { InvoiceLine } from "./invoice.ts";
import type { Delta } from "./settle.ts";

/** A line that asks for money, taxed with the other charges of its document. */
export function chargeLine(delta: Delta, taxed: Taxed, target: LocalDate, currency: Currency): InvoiceLine {
  const taxes = (delta.piece?.rates ?? []).map(({ code, rate }, index) => ({
    code,
    rate: percentText(rate),
    amount: Money.of(taxed.taxes[index] ?? 0n, currency),
  }));
  const money = { net: Money.of(taxed.net, currency), taxes, gross: Money.of(taxed.gross, currency) };
  return lineAbout(delta, money, delta.amount, delta.discounts, target, currency);
}

/**
 * A line that gives money back, with the taxes that were paid on it and never more than is left of
 * what was billed; undefined when credit notes have already given everything back.
 */
export function creditLine(
  delta: Delta,
  target: LocalDate,
  currency: Currency,
  prices: BillingSettings["prices"],
): InvoiceLine | undefined {
  const { billed } = delta;
  if (billed === undefined) return undefined;
  const left = prices === "exclusive" ? billed.leftNet : billed.leftGross;
  const price = -delta.price > left ? left : -delta.price;
  if (price <= 0n) return undefined;
  const taxesLeft = [...billed.leftTaxes.values()];
  const credit = creditNet({ net: left, taxes: taxesLeft.map(({ amount }) => amount) }, price);
  const tax = credit.taxes.reduce((sum, part) => sum + part, 0n);
  const net = prices === "exclusive" ? price : price - tax;
  const taxes: LineTax[] = taxesLeft.map(({ tax: { code, rate } }, index) => ({
    code,
    rate,
    amount: Money.of(-(credit.taxes[index] ?? 0n), currency),
  }));
  const money = { net: Money.of(-net, currency), taxes, gross: Money.of(-net - tax, currency) };
  const isWhole = price === -delta.price;
  return isWhole
    ? lineAbout(delta, money, delta.amount, delta.discounts, target, currency)
    : lineAbout(delta, money, -price, [], target, currency);
}

function lineAbout(
  delta: Delta,
  money: Pick<InvoiceLine, "net" | "taxes" | "gross">,
  amount: bigint,
  discounts: Delta["discounts"],
  target: LocalDate,
  currency: Currency,
): InvoiceLine {
  const { piece, billed, key } = delta;
  const about = piece ?? billed?.first;
  return {
    id: `${key}#${delta.ordinal}`,
    key,
    kind: delta.kind,
    component: about?.component ?? "one-off",
    subscription: about?.subscription,
    description: about?.description ?? key,
    from: about?.from ?? target,
    to: delta.summed.at(-1)?.to ?? about?.to ?? target,
    due: piece?.due ?? target,
    taxDate: about?.taxDate ?? target,
    amount: Money.of(amount, currency),
    discounts: discounts.map((discount) => ({
      id: discount.id,
      amount: Money.of(discount.amount, currency),
    })),
    net: money.net,
    taxes: money.taxes,
    gross: money.gross,
    explanation: explain(delta, amount, currency),
  };
}

function explain(delta: Delta, amount: bigint, { decimals }: Currency): string {
  const { piece, billed, kind, summed } = delta;
  if (kind === "charge" || billed === undefined) return piece?.explanation ?? "";
  const before = printScaled(billed.amount, decimals);
  const owed = printScaled(delta.owed, decimals);
  const why = summed.map(({ explanation }) => explanation).join("; and ") || notOwed(piece);
  const cap =
    amount === delta.amount ? "" : `, of which ${printScaled(-amount, decimals)} was left to give back`;
  return `billed ${before}, owed ${owed} (${why}): ${printScaled(delta.amount, decimals)}${cap}`;
}

function notOwed(piece: OwedPiece | undefined): string {
  return piece === undefined ? "no longer owed" : "nothing yet";
}
