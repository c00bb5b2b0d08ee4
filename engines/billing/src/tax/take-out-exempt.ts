import { type ExtractSettings, extractTaxes } from "./extract-taxes.ts";
import type { AppliedRate } from "./rules/applied-rate.ts";
import { percentText } from "./rules/tax-table.ts";
import { RunningTotals } from "./running-totals.ts";
import type { Taxable, Taxed } from "./taxable.ts";

/**
 * The taxes inside prices of which an exempt customer pays the net. A price is taken apart as for customers who pay every
 * tax, so that the nets are the same; then the exempt taxes fall away. A compound tax on one of them is on less, and is
 * computed anew.
 */
export function takeOutExempt(lines: readonly Taxable[], settings: ExtractSettings): Taxed[] {
  const running = new RunningTotals(settings.taxRoundingMode);
  const usual = extractTaxes(lines.map(withUsualRates), settings);
  return usual.map(({ net, taxes: usualTaxes }, index) => {
    if (settings.taxRounding === "line") running.clear();
    const rates = lines[index]?.rates ?? [];
    const taxes = rates.map(({ signature, factor, usualFactor }, place) =>
      factor.equals(usualFactor) ? (usualTaxes[place] ?? 0n) : running.step(signature, net, factor),
    );
    return { net, taxes, gross: taxes.reduce((sum, tax) => sum + tax, net) };
  });
}

/** The usual factor is a part of it, because every rate of a tax is 0 when exempt. */
function usualSignature({ signature, usualFactor }: AppliedRate): string {
  return `${signature}!usual(${percentText(usualFactor)})`;
}

/** Exempt lines share no rate with others: what they do not pay rounds no tax that somebody pays. */
function withUsualRates({ amount, rates }: Taxable): Taxable {
  return {
    amount,
    rates: rates.map((rate) =>
      rate.factor.equals(rate.usualFactor)
        ? rate
        : { ...rate, factor: rate.usualFactor, signature: usualSignature(rate) },
    ),
  };
}
