import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Currency } from "../../money/currency.ts";
import type { BillingSettings } from "../../settings.ts";
import { computeTax } from "../../tax/compute-tax.ts";
import { carryCredits } from "./carry-credits.ts";
import type { InvoiceLine } from "./invoice.ts";
import { chargeLine, creditLine } from "./line-of.ts";
import { refundOf } from "./refund-of.ts";
import type { Delta } from "./settle.ts";

/** The lines of a document, from the differences between what is owed and what was billed, in their order. */
export function linesOf(
  deltas: readonly Delta[],
  target: LocalDate,
  currency: Currency,
  settings: BillingSettings,
): InvoiceLine[] {
  const document = { target, currency, prices: settings.prices };
  const charges = deltas.filter(({ price }) => price >= 0n);
  const refunds = new Map(
    deltas.filter(({ price }) => price < 0n).map((delta) => [delta, refundOf(delta, settings)]),
  );
  const carried = carryCredits(
    new Map([...refunds].map(([delta, { credited }]) => [delta, credited])),
    charges,
  );
  const carriedOf = (delta: Delta) => carried.get(delta) ?? 0n;
  const taxed = computeTax(
    charges.map((delta) => ({ amount: delta.price - carriedOf(delta), rates: delta.piece?.rates ?? [] })),
    settings,
  );
  const taxedOf = new Map(charges.map((delta, index) => [delta, taxed[index]]));
  return deltas.flatMap((delta) => {
    const [refund, taxes] = [refunds.get(delta), taxedOf.get(delta)];
    if (refund !== undefined) return creditLine(delta, refund, carriedOf(delta), document) ?? [];
    return taxes === undefined ? [] : chargeLine(delta, taxes, carriedOf(delta), document);
  });
}
