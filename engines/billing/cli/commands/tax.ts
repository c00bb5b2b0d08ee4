import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { date, id } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { located } from "../../../base/src/located.ts";
import { roundToCash } from "../../src/money/cash-rounding.ts";
import { Money } from "../../src/money/money.ts";
import { computeTax } from "../../src/tax/compute-tax.ts";
import type { AppliedRate } from "../../src/tax/rules/applied-rate.ts";
import { checkExemptions } from "../../src/tax/rules/check-exemptions.ts";
import type { Exemption } from "../../src/tax/rules/tax-rule.ts";
import { percentText, type TaxTable } from "../../src/tax/rules/tax-table.ts";
import type { Taxed } from "../../src/tax/taxable.ts";
import { totalTaxes } from "../../src/tax/total-taxes.ts";
import { printed, printedCash, printedTax, printedTaxTotal } from "../schemas/printed.ts";
import { amount, currency, smallestCoin } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { exemptions, taxRules } from "../schemas/tax.ts";
import { command } from "./command.ts";

export const tax = command({
  name: "tax",
  summary: "the taxes of a document's lines; net + tax = gross",
  example: {
    currency: "EUR",
    rules: [{ code: "VAT", rate: "20", from: "2014-01-01" }],
    date: "2026-03-01",
    lines: [{ id: "fibre", amount: "59.90", taxes: ["VAT"] }],
  },
  input: (money) =>
    record({
      currency,
      rules: taxRules.describe("the rates of each tax, by date"),
      exemptions: exemptions.default([]).describe("taxes that the customer does not pay for some time"),
      date,
      lines: list(
        record({
          id,
          amount: amount(money),
          taxes: list(id).describe("codes of its taxes; their order does not matter"),
          date: date.optional().describe("the date of its rates; without one that of the document"),
        }),
      ).describe("the lines of the document, after discounts"),
      cashRounding: smallestCoin(money).optional(),
      settings: settingsOf("taxRounding", "taxRoundingMode", "prices", "inclusiveRounding", "exemptPrice"),
    }),
  output: output({
    lines: z.array(
      output({
        id: printed.text,
        net: printed.amount,
        taxes: z.array(printedTax),
        gross: printed.amount,
      }),
    ),
    taxes: z.array(printedTaxTotal),
    net: printed.amount,
    tax: printed.amount,
    gross: printed.amount,
    ...printedCash,
  }),
  run({ currency, rules, exemptions, date, lines, cashRounding, settings }) {
    requireConsistent(lines, rules, exemptions);
    const rates = lines.map((line, index) =>
      located(["lines", index], () => rules.ratesOn(line.date ?? date, line.taxes, exemptions)),
    );
    const taxed = computeTax(
      lines.map(({ amount }, index) => ({ amount: amount.minor, rates: rates[index] ?? [] })),
      settings,
    );
    const money = (minor: bigint) => Money.of(minor, currency);
    const presented = lines.map(({ id }, index) => ({
      id,
      net: money(taxed[index]?.net ?? 0n),
      taxes: (rates[index] ?? []).map(({ code, rate, exemption }, place) => ({
        code,
        rate: percentText(rate),
        amount: money(taxed[index]?.taxes[place] ?? 0n),
        exemption,
      })),
      gross: money(taxed[index]?.gross ?? 0n),
    }));
    const totals = totalsOf(taxed, rates, money);
    const cash = cashRounding === undefined ? {} : roundToCash(totals.gross, cashRounding);
    return { lines: presented, ...totals, ...cash };
  },
});

/** @throws FactsFault where ids or codes are there twice, or an exemption is reversed or of no tax. */
function requireConsistent(
  lines: readonly { readonly id: string; readonly taxes: readonly string[] }[],
  rules: TaxTable,
  exemptions: readonly Exemption[],
): void {
  const checks = new InputChecks();
  checks.distinct(["lines"], lines, ({ id }) => id);
  for (const [index, { taxes }] of lines.entries()) {
    checks.distinct(["lines", index, "taxes"], taxes, (code) => code, []);
  }
  checkExemptions(exemptions, rules, checks);
  checks.done();
}

function totalsOf(
  lines: readonly Taxed[],
  rates: readonly (readonly AppliedRate[])[],
  money: (minor: bigint) => Money,
) {
  const taxed = lines.map(({ net, taxes }, index) => ({
    net,
    taxes: (rates[index] ?? []).map(({ code, rate, compound, exemption }, place) => ({
      code,
      rate: percentText(rate),
      exemption,
      amount: taxes[place] ?? 0n,
      compound,
    })),
  }));
  const taxes = totalTaxes(taxed).map((total) => ({
    ...total,
    base: money(total.base),
    amount: money(total.amount),
  }));
  const net = lines.reduce((sum, line) => sum + line.net, 0n);
  const gross = lines.reduce((sum, line) => sum + line.gross, 0n);
  return { taxes, net: money(net), tax: money(gross - net), gross: money(gross) };
}
