import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../calendar/src/local-date.ts";
import { Rational } from "../money/rational.ts";
import { TaxTable } from "./rules/tax-table.ts";
import { takeOutExempt } from "./take-out-exempt.ts";

const day = (text: string) => LocalDate.parse(text);
const rule = (code: string, percent: bigint, from: string, until?: string) => ({
  code,
  rate: Rational.of(percent, 100n),
  from: day(from),
  until: until === undefined ? undefined : day(until),
  compound: code === "QST",
});
const settings = { taxRoundingMode: "half-up", inclusiveRounding: "net" } as const;

describe("prices of which an exempt customer pays the net", () => {
  // 16 holds 5 % and 10 % of the price with them, 10.5 %. Of 32 ÷ 1.155 = 27.7, rounded 28, the taxes are 1.4 and
  // 2.94: 28 + 1 + 3 is 32, and 14 + 14 are the nets of the lines. So is it line by line: 14, 0.7 and 1.47.
  // Without GST, QST is 10 % of the nets: 2.8 of both, and 1.4 of each.
  it.each([
    ["of all lines together", "document", [1n, 2n]],
    ["line by line", "line", [1n, 1n]],
  ] as const)("have a compound tax without the exempt one, rounded %s", (_, taxRounding, compound) => {
    const table = TaxTable.of([rule("GST", 5n, "2020-01-01"), rule("QST", 10n, "2020-01-01")]);
    const exemption = { code: "GST", from: day("2020-01-01"), reason: "embassy" };
    const rates = table.ratesOn(day("2026-03-01"), ["GST", "QST"], [exemption]);
    const line = { amount: 16n, rates };
    expect(takeOutExempt([line, line], { ...settings, taxRounding })).toEqual(
      compound.map((tax) => ({ net: 14n, taxes: [0n, tax], gross: 14n + tax })),
    );
  });

  // Germany: 19 % until 2020-06-30, then 16 % (Zweites Corona-Steuerhilfegesetz, article 3).
  it("hold the rate of their own date, although each rate of the tax is 0 for the customer", () => {
    const table = TaxTable.of([
      rule("VAT", 19n, "2007-01-01", "2020-07-01"),
      rule("VAT", 16n, "2020-07-01", "2021-01-01"),
    ]);
    const exemption = { from: day("2020-01-01"), reason: "embassy" };
    const line = (amount: bigint, date: string) => ({
      amount,
      rates: table.ratesOn(day(date), ["VAT"], [exemption]),
    });
    const lines = [line(11_900n, "2020-06-30"), line(11_600n, "2020-07-01")];
    const net = { net: 10_000n, taxes: [0n], gross: 10_000n };
    expect(takeOutExempt(lines, { ...settings, taxRounding: "document" })).toEqual([net, net]);
  });
});
