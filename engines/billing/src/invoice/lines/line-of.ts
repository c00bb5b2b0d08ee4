import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { grossLeft } from "../../credits/left-of-line.ts";
import type { Currency } from "../../money/currency.ts";
import { Money } from "../../money/money.ts";
import type { BillingSettings } from "../../settings.ts";
import { percentText } from "../../tax/rules/tax-table.ts";
import type { Taxed } from "../../tax/taxable.ts";
import type { LineTax } from "../facts/billed-line.ts";
import { changedDates } from "./changed-dates.ts";
import { explainLine } from "./explain-line.ts";
import type { InvoiceLine } from "./invoice.ts";
import type { Refund } from "./refund-of.ts";
import type { Delta } from "./settle.ts";

/** The facts that the lines of one document share. */
export interface Document {
  readonly target: LocalDate;
  readonly currency: Currency;
  readonly prices: BillingSettings["prices"];
}

/**
 * A line that asks for money, taxed with the other charges of its document.
 * @param carriedCredit what credit notes gave of lines in whose place it is, taken off its price before tax
 */
export function chargeLine(
  delta: Delta,
  taxed: Taxed,
  carriedCredit: bigint,
  document: Document,
): InvoiceLine {
  const taxes = (delta.piece?.rates ?? []).map(({ code, rate, exemption }, index) => ({
    code,
    rate: percentText(rate),
    amount: taxed.taxes[index] ?? 0n,
    exemption,
  }));
  const { net, gross } = taxed;
  const { amount, discounts } = delta;
  return lineAbout(delta, { net, gross, taxes, amount, discounts, carriedCredit }, document);
}

/**
 * A line that gives money back, with the taxes that were paid on it and never more than is left of what was billed.
 * Undefined when credit notes have already given everything back and nothing takes the place of the line.
 * @param carriedCredit what credit notes gave before and other lines bear from now on, 0 or less
 */
export function creditLine(
  delta: Delta,
  { credit, price, credited }: Refund,
  carriedCredit: bigint,
  document: Document,
): InvoiceLine | undefined {
  if (grossLeft(credit) === 0n && carriedCredit === 0n) return undefined;
  const taxes = [...(delta.billed?.leftTaxes.values() ?? [])].map(
    ({ tax: { code, rate, exemption } }, index) => ({
      code,
      rate,
      amount: -(credit.taxes[index] ?? 0n),
      exemption,
    }),
  );
  const isSettled = credited + carriedCredit === 0n;
  const sums = {
    ...{ net: -credit.net, taxes, gross: -grossLeft(credit), carriedCredit },
    amount: isSettled ? delta.amount : carriedCredit - price,
    discounts: isSettled ? delta.discounts : [],
  };
  return lineAbout(delta, sums, document, credited === 0n ? undefined : price);
}

interface Sums extends Pick<Delta, "amount" | "discounts"> {
  readonly carriedCredit: bigint;
  readonly net: bigint;
  readonly taxes: readonly (Omit<LineTax, "amount"> & { readonly amount: bigint })[];
  readonly gross: bigint;
}

function lineAbout(
  delta: Delta,
  sums: Sums,
  { target, currency, prices }: Document,
  left?: bigint,
): InvoiceLine {
  const { piece, billed, key } = delta;
  const { carriedCredit } = sums;
  const about = piece ?? billed?.first;
  const dates = changedDates(delta);
  const exempt = prices === "exclusive" ? 0n : priceOf(sums) - sums.gross;
  const money = (minor: bigint) => Money.of(minor, currency);
  return {
    id: `${key}#${delta.ordinal}`,
    key,
    kind: delta.kind,
    component: about?.component ?? "one-off",
    subscription: about?.subscription,
    description: about?.description ?? key,
    from: dates[0]?.from ?? about?.from ?? target,
    to: dates.at(-1)?.to ?? about?.to ?? target,
    stretches: dates.length < 2 ? undefined : dates,
    due: piece?.due ?? target,
    taxDate: about?.taxDate ?? target,
    amount: money(sums.amount),
    discounts: sums.discounts.map(({ id, amount }) => ({ id, amount: money(amount) })),
    carriedCredit: carriedCredit === 0n ? undefined : money(carriedCredit),
    net: money(sums.net),
    taxes: sums.taxes.map((tax) => ({ ...tax, amount: money(tax.amount) })),
    gross: money(sums.gross),
    explanation: explainLine(delta, dates, { left, exempt, carriedCredit }, currency),
  };
}

function priceOf({ amount, discounts, carriedCredit }: Sums): bigint {
  return discounts.reduce((price, discount) => price - discount.amount, amount - carriedCredit);
}
