import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { creditGross, creditNet } from "../../credits/credit-line.ts";
import type { Currency } from "../../money/currency.ts";
import { Money } from "../../money/money.ts";
import { printScaled } from "../../money/print-decimal.ts";
import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import type { BillingSettings } from "../../settings.ts";
import { percentText } from "../../tax/tax-table.ts";
import type { Taxed } from "../../tax/taxable.ts";
import type { LineTax } from "../facts/billed-line.ts";
import type { OwedPiece } from "../owed/owed-piece.ts";
import type { Stretch } from "../periods/stretches.ts";
import type { BilledSoFar } from "./billed-so-far.ts";
import { changedDates } from "./changed-dates.ts";
import type { InvoiceLine } from "./invoice.ts";
import type { Delta } from "./settle.ts";

/** A line that asks for money, taxed with the other charges of its document. */
export function chargeLine(
  delta: Delta,
  taxed: Taxed,
  target: LocalDate,
  currency: Currency,
  settings: Pick<BillingSettings, "prices">,
): InvoiceLine {
  const taxes = (delta.piece?.rates ?? []).map(({ code, rate, exemption }, index) => ({
    code,
    rate: percentText(rate),
    amount: Money.of(taxed.taxes[index] ?? 0n, currency),
    exemption,
  }));
  const money = { net: Money.of(taxed.net, currency), taxes, gross: Money.of(taxed.gross, currency) };
  const exempt = settings.prices === "exclusive" ? 0n : delta.price - taxed.gross;
  const given = { amount: delta.amount, discounts: delta.discounts, exempt };
  return lineAbout(delta, { ...money, ...given }, target, currency);
}

/**
 * A line that gives money back, with the taxes that were paid on it and never more than is left of
 * what was billed; undefined when credit notes have already given everything back.
 */
export function creditLine(
  delta: Delta,
  target: LocalDate,
  currency: Currency,
  settings: Pick<BillingSettings, "prices" | "inclusiveRounding">,
): InvoiceLine | undefined {
  const { billed } = delta;
  if (billed === undefined) return undefined;
  const isExclusive = settings.prices === "exclusive";
  const most = isExclusive ? billed.leftNet : billed.leftGross;
  const { price, paid } = billedPrice(billed, isExclusive);
  const wanted = shareOf(-delta.price, paid, price);
  const given = wanted > most ? most : wanted;
  if (given <= 0n) return undefined;
  const taxesLeft = [...billed.leftTaxes.values()];
  const left = { net: billed.leftNet, taxes: taxesLeft.map(({ amount }) => amount) };
  const credit = isExclusive ? creditNet(left, given) : creditGross(left, given, settings.inclusiveRounding);
  const tax = credit.taxes.reduce((sum, part) => sum + part, 0n);
  const taxes: LineTax[] = taxesLeft.map(({ tax: { code, rate, exemption } }, index) => ({
    code,
    rate,
    amount: Money.of(-(credit.taxes[index] ?? 0n), currency),
    exemption,
  }));
  const money = { net: Money.of(-credit.net, currency), taxes, gross: Money.of(-credit.net - tax, currency) };
  const back =
    given === wanted
      ? { amount: delta.amount, discounts: delta.discounts, exempt: delta.price + given }
      : { amount: -shareOf(given, price, paid), discounts: [], exempt: given - shareOf(given, price, paid) };
  return lineAbout(delta, { ...money, ...back }, target, currency);
}

/** The price after discounts that was billed, and the part of it that was to be paid: less where a tax in it was exempt. */
function billedPrice({ amount, discounts, gross }: BilledSoFar, isExclusive: boolean) {
  const price = [...discounts.values()].reduce((left, discount) => left - discount, amount);
  return { price, paid: isExclusive ? price : gross };
}

function shareOf(sum: bigint, part: bigint, whole: bigint): bigint {
  return part === whole || part === 0n || whole === 0n ? sum : roundHalfUp(Rational.of(sum * part, whole));
}

interface LineMoney extends Pick<InvoiceLine, "net" | "taxes" | "gross"> {
  readonly amount: bigint;
  readonly discounts: Delta["discounts"];
  /** Tax inside the price from which the customer is exempt. */
  readonly exempt: bigint;
}

function lineAbout(
  delta: Delta,
  { amount, discounts, net, taxes, gross, exempt }: LineMoney,
  target: LocalDate,
  currency: Currency,
): InvoiceLine {
  const { piece, billed, key } = delta;
  const about = piece ?? billed?.first;
  const dates = changedDates(delta);
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
    amount: Money.of(amount, currency),
    discounts: discounts.map((discount) => ({
      id: discount.id,
      amount: Money.of(discount.amount, currency),
    })),
    net,
    taxes,
    gross,
    explanation: `${explain(delta, dates, amount, currency)}${exemptText(exempt, currency)}`,
  };
}

function explain(delta: Delta, dates: readonly Stretch[], amount: bigint, { decimals }: Currency): string {
  const { piece, billed, kind, summed } = delta;
  if (kind === "charge" || billed === undefined) return piece?.explanation ?? "";
  const before = printScaled(billed.amount, decimals);
  const owed = printScaled(delta.owed, decimals);
  const why = summed.map(({ explanation }) => explanation).join("; and ") || notOwed(piece);
  const cap =
    amount === delta.amount ? "" : `, of which ${printScaled(-amount, decimals)} was left to give back`;
  const spread =
    dates.length < 2 ? "" : `, for ${dates.map(({ from, to }) => `${from}/${to}`).join(" and ")}`;
  return `billed ${before}, owed ${owed} (${why}): ${printScaled(delta.amount, decimals)}${cap}${spread}`;
}

function exemptText(exempt: bigint, { decimals }: Currency): string {
  return exempt === 0n ? "" : `; without ${printScaled(exempt, decimals)} tax in it that is exempt`;
}

function notOwed(piece: OwedPiece | undefined): string {
  return piece === undefined ? "no longer owed" : "nothing yet";
}
