import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { run } from "../../oracle/run.ts";
import { Rational } from "../money/rational.ts";
import { roundAs } from "../money/round-as.ts";
import { computeTax } from "./compute-tax.ts";
import type { AppliedRate } from "./rules/applied-rate.ts";

const vat = { code: "VAT", rate: "20", from: "2014-01-01" };
const line = (id: string, amount: string, ...taxes: string[]) => ({ id, amount, taxes });

function tax(lines: object[], settings = {}, more = {}) {
  return run("tax", { currency: "EUR", rules: [vat], date: "2026-03-01", lines, settings, ...more });
}

function rate(percent: bigint): AppliedRate {
  const fraction = Rational.of(percent, 1000n);
  const factors = { factor: fraction, usualFactor: fraction };
  return { code: `T${percent}`, rate: fraction, ...factors, compound: false, signature: `T${percent}` };
}

describe("tax on a document", () => {
  const cents = [line("a", "0.03", "VAT"), line("b", "0.03", "VAT"), line("c", "0.03", "VAT")];

  it("is the rate's tax on the sum of its lines, rounded once (EN 16931 BR-CO-17)", () => {
    const { taxes, net, tax: sum, gross, lines } = tax(cents);
    expect(taxes).toEqual([{ code: "VAT", rate: "20", base: "0.09", amount: "0.02" }]);
    expect([net, sum, gross]).toEqual(["0.09", "0.02", "0.11"]);
    expect(lines.map((one: { taxes: { amount: string }[] }) => one.taxes[0]?.amount)).toEqual([
      "0.01",
      "0.00",
      "0.01",
    ]);
  });

  it("is rounded line by line when the tenant's setting says so", () => {
    const { taxes, gross } = tax(cents, { taxRounding: "line" });
    expect(taxes[0].amount).toBe("0.03");
    expect(gross).toBe("0.12");
  });

  it("is taken out of prices that include it", () => {
    expect(tax([line("a", "71.88", "VAT")], { prices: "inclusive" })).toMatchObject({
      net: "59.90",
      tax: "11.98",
      gross: "71.88",
    });
    expect(
      tax([line("a", "0.04", "VAT"), line("b", "0.04", "VAT")], { prices: "inclusive", taxRounding: "line" })
        .tax,
    ).toBe("0.02");
    expect(tax([line("a", "0.04", "VAT"), line("b", "0.04", "VAT")], { prices: "inclusive" }).tax).toBe(
      "0.01",
    );
  });

  it("has several rates on a line, one of them on top of the others", () => {
    const rules = [
      { code: "GST", rate: "5", from: "2000-01-01" },
      { code: "QST", rate: "9.5", from: "2011-01-01", compound: true },
      { code: "FEE", rate: "1", from: "2000-01-01" },
    ];
    const output = tax([line("a", "100.00", "GST", "QST", "FEE")], {}, { rules });
    expect(output.lines[0].taxes).toEqual([
      { code: "GST", rate: "5", amount: "5.00" },
      { code: "QST", rate: "9.5", amount: "10.07" },
      { code: "FEE", rate: "1", amount: "1.00" },
    ]);
    expect(output.gross).toBe("116.07");
    const included = tax([line("a", "116.07", "GST", "QST", "FEE")], { prices: "inclusive" }, { rules });
    expect([included.net, included.tax]).toEqual(["100.00", "16.07"]);
    const reversed = tax([line("a", "100.00", "QST", "GST")], {}, { rules });
    expect(reversed.lines[0].taxes.map(({ amount }: { amount: string }) => amount)).toEqual(["9.98", "5.00"]);
  });

  it("has the rate of its date", () => {
    const rules = [
      { code: "VAT", rate: "19", from: "2007-01-01", until: "2020-07-01" },
      { code: "VAT", rate: "16", from: "2020-07-01", until: "2021-01-01" },
      { code: "VAT", rate: "19", from: "2021-01-01" },
    ];
    const dated = (date: string) => ({ ...line(date, "100.00", "VAT"), date });
    const { lines, taxes } = tax(
      [dated("2020-06-30"), dated("2020-07-01"), dated("2020-12-31"), dated("2021-01-01")],
      {},
      { rules },
    );
    expect(lines.map((one: { taxes: { rate: string }[] }) => one.taxes[0]?.rate)).toEqual([
      "19",
      "16",
      "16",
      "19",
    ]);
    expect(taxes.map(({ base, amount }: { base: string; amount: string }) => [base, amount])).toEqual([
      ["200.00", "38.00"],
      ["200.00", "32.00"],
    ]);
  });

  it("exempts a customer from one tax or from all for a time, and states the reason", () => {
    const exempt = (exemption: object, date = "2026-03-01") =>
      tax([line("a", "100.00", "VAT")], {}, { exemptions: [exemption], date });
    const charity = { from: "2026-03-01", until: "2026-04-01", reason: "charity" };
    expect(exempt(charity).lines[0].taxes).toEqual([
      { code: "VAT", rate: "0", amount: "0.00", exemption: "charity" },
    ]);
    expect(exempt({ ...charity, code: "VAT" }).tax).toBe("0.00");
    const gst = { code: "GST", rate: "5", from: "2014-01-01" };
    expect(
      tax(
        [line("a", "100.00", "VAT")],
        {},
        {
          rules: [vat, gst],
          exemptions: [{ ...charity, code: "GST" }],
        },
      ).tax,
    ).toBe("20.00");
    expect(exempt(charity, "2026-04-01").tax).toBe("20.00");
    expect(exempt(charity, "2026-02-28").tax).toBe("20.00");
  });

  describe("inside a price, for a customer who is exempt", () => {
    const gst = { code: "G", rate: "5", from: "2014-01-01" };
    const onTop = { code: "Q", rate: "10", from: "2014-01-01", compound: true };
    const inside = (amount: string, rules: object[], exempt: string[], settings: object = {}) =>
      tax(
        [line("a", amount, ...rules.map((rule) => (rule as { code: string }).code))],
        { prices: "inclusive", ...settings },
        { rules, exemptions: exempt.map((code) => ({ code, from: "2026-01-01", reason: "embassy" })) },
      );
    const sums = ({ net, tax: sum, gross }: { net: string; tax: string; gross: string }) => [net, sum, gross];

    it("is kept in the price unless the tenant takes it out", () => {
      expect(sums(inside("120.00", [vat], ["VAT"]))).toEqual(["120.00", "0.00", "120.00"]);
      expect(sums(inside("120.00", [vat], ["VAT"], { exemptPrice: "net" }))).toEqual([
        "100.00",
        "0.00",
        "100.00",
      ]);
      expect(sums(inside("120.00", [vat], [], { exemptPrice: "net" }))).toEqual([
        "100.00",
        "20.00",
        "120.00",
      ]);
      expect(sums(inside("0.10", [vat], ["VAT"], { exemptPrice: "net" }))).toEqual(["0.08", "0.00", "0.08"]);
    });

    // 115.50 is 100.00, 5 % of it, and 10 % of 105.00: 10.50. Without the 5 %, the 10 % are of 100.00.
    it("keeps the other taxes of the price, a compound one on a smaller base", () => {
      const out = { exemptPrice: "net" };
      expect(sums(inside("115.50", [gst, onTop], ["G"], out))).toEqual(["100.00", "10.00", "110.00"]);
      expect(sums(inside("115.50", [gst, onTop], ["Q"], out))).toEqual(["100.00", "5.00", "105.00"]);
      expect(sums(inside("125.00", [gst, vat], ["G"], out))).toEqual(["100.00", "20.00", "120.00"]);
    });

    it("does not round the tax of another line", () => {
      const exemptions = [{ code: "VAT", from: "2026-03-01", until: "2026-03-02", reason: "embassy" }];
      const paid = { ...line("b", "59.90", "VAT"), date: "2026-03-05" };
      const { lines, taxes } = tax(
        [line("a", "0.03", "VAT"), paid],
        { prices: "inclusive", exemptPrice: "net" },
        { exemptions },
      );
      // 59.90 ÷ 1.2 is 49.9166, and 20 % of 49.92 is 9.984; 0.03 ÷ 1.2 is 0.025.
      expect(lines.map(sumsOfLine)).toEqual([
        ["0.02", "0.02"],
        ["49.92", "59.90"],
      ]);
      expect(taxes.map(({ base, amount }: { base: string; amount: string }) => [base, amount])).toEqual([
        ["0.02", "0.00"],
        ["49.92", "9.98"],
      ]);
    });
    const sumsOfLine = ({ net, gross }: { net: string; gross: string }) => [net, gross];
  });

  it("sums exempt amounts by the reason, separate from a rate of 0", () => {
    const zero = { code: "BOOK", rate: "0", from: "2014-01-01" };
    const exemptions = [
      { code: "VAT", from: "2026-03-01", until: "2026-03-10", reason: "embassy" },
      { code: "VAT", from: "2026-03-10", until: "2026-03-20", reason: "charity" },
      { code: "BOOK", from: "2026-03-10", until: "2026-03-20", reason: "charity" },
    ];
    const on = (id: string, date: string, code: string) => ({ ...line(id, "10.00", code), date });
    const lines = [
      on("a", "2026-03-05", "VAT"),
      on("b", "2026-03-12", "VAT"),
      on("c", "2026-03-13", "VAT"),
      on("d", "2026-03-25", "VAT"),
      on("e", "2026-03-05", "BOOK"),
      on("f", "2026-03-12", "BOOK"),
    ];
    expect(tax(lines, {}, { rules: [vat, zero], exemptions }).taxes).toEqual([
      { code: "VAT", rate: "0", base: "10.00", amount: "0.00", exemption: "embassy" },
      { code: "VAT", rate: "0", base: "20.00", amount: "0.00", exemption: "charity" },
      { code: "VAT", rate: "20", base: "10.00", amount: "2.00" },
      { code: "BOOK", rate: "0", base: "10.00", amount: "0.00" },
      { code: "BOOK", rate: "0", base: "10.00", amount: "0.00", exemption: "charity" },
    ]);
  });

  it("does not change untaxed lines", () => {
    expect(tax([line("a", "100.00"), line("b", "-10.00", "VAT")])).toMatchObject({
      net: "90.00",
      tax: "-2.00",
      gross: "88.00",
    });
  });

  it.each<[object[], RegExp]>([
    [[], /a rate of tax "VAT" on 2026-03-01; found none/],
    [[{ ...vat, until: "2026-01-01" }], /a rate of tax "VAT" on 2026-03-01; found none/],
    [[{ ...vat, from: "2026-03-02" }], /found none: add a rule whose dates include it/],
    [
      [vat, { ...vat, from: "2020-01-01" }],
      /^rules\[1\]: expected one rate of tax "VAT" at a time; found one from 2014-01-01 and one from 2020-01-01/,
    ],
    [
      [
        { ...vat, from: "2020-01-01" },
        { ...vat, until: "2020-01-02" },
      ],
      /overlap/,
    ],
  ])("refuses the rules %j", (rules, message) => {
    expect(tax([line("a", "1.00", "VAT")], {}, { rules }).faults).toEqual([expect.stringMatching(message)]);
  });

  it("always makes net and taxes sum to gross, and sums of lines to the tax of the sum", () => {
    const lines = fc.array(
      fc.record({
        amount: fc.bigInt(-10_000n, 100_000n),
        rates: fc.subarray([rate(200n), rate(55n), rate(21n)]),
      }),
      { maxLength: 8 },
    );
    const settings = fc.record({
      taxRounding: fc.constantFrom("document" as const, "line" as const),
      prices: fc.constantFrom("exclusive" as const, "inclusive" as const),
      taxRoundingMode: fc.constantFrom("half-up" as const, "down" as const, "up" as const),
      inclusiveRounding: fc.constantFrom("net" as const, "tax" as const),
      exemptPrice: fc.constantFrom("gross" as const, "net" as const),
    });
    fc.assert(
      fc.property(lines, settings, (taxables, chosen) => {
        const taxed = computeTax(taxables, chosen);
        for (const [index, { net, taxes, gross }] of taxed.entries()) {
          expect(taxes.reduce((sum, one) => sum + one, net)).toBe(gross);
          expect(chosen.prices === "exclusive" ? net : gross).toBe(taxables[index]?.amount);
        }
        if (chosen.taxRounding === "line" || chosen.prices === "inclusive") return;
        for (const { signature, factor } of [rate(200n), rate(55n), rate(21n)]) {
          const of = taxables.map(({ amount, rates }, index) => {
            const place = rates.findIndex((one) => one.signature === signature);
            return place < 0 ? [0n, 0n] : [amount, taxed[index]?.taxes[place] ?? 0n];
          });
          const base = of.reduce((sum, [amount = 0n]) => sum + amount, 0n);
          const sum = of.reduce((all, [, one = 0n]) => all + one, 0n);
          expect(sum).toBe(roundAs(chosen.taxRoundingMode, factor.times(Rational.of(base))));
        }
      }),
      runs(500),
    );
  });
});
