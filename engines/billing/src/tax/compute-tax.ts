import type { BillingSettings } from "../settings.ts";
import { extractTaxes } from "./extract-taxes.ts";
import { RunningTotals } from "./running-totals.ts";
import { takeOutExempt } from "./take-out-exempt.ts";
import type { Taxable, Taxed } from "./taxable.ts";

type Settings = Pick<
  BillingSettings,
  "taxRounding" | "taxRoundingMode" | "prices" | "inclusiveRounding" | "exemptPrice"
>;

/**
 * Taxes the lines of one document. Rounded per document, the tax of a rate is that of the sum of
 * its lines rounded once (EN 16931, BR-CO-17), and a line shows the step it makes in the rounded
 * running total; rounded per line, each line is rounded by itself. Of a price that includes a tax from which the
 * customer is exempt, the tenant charges the whole or the net.
 */
export function computeTax(lines: readonly Taxable[], settings: Settings): Taxed[] {
  if (settings.prices === "exclusive") return addTaxes(lines, settings);
  return settings.exemptPrice === "net" ? takeOutExempt(lines, settings) : extractTaxes(lines, settings);
}

function addTaxes(lines: readonly Taxable[], { taxRounding, taxRoundingMode }: Settings): Taxed[] {
  const running = new RunningTotals(taxRoundingMode);
  return lines.map(({ amount, rates }) => {
    if (taxRounding === "line") running.clear();
    const taxes = rates.map(({ signature, factor }) => running.step(signature, amount, factor));
    return { net: amount, taxes, gross: taxes.reduce((sum, tax) => sum + tax, amount) };
  });
}
