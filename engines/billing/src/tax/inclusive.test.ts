import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { Rational } from "../money/rational.ts";
import { type RoundingMode, roundAs } from "../money/round-as.ts";
import { computeTax } from "./compute-tax.ts";
import type { AppliedRate } from "./rules/applied-rate.ts";
import type { Taxed } from "./taxable.ts";

/** A rate in thousandths of a percent. */
function rate(code: string, thousandths: bigint): AppliedRate {
  const fraction = Rational.of(thousandths, 100_000n);
  return { code, rate: fraction, factor: fraction, usualFactor: fraction, compound: false, signature: code };
}

const settings = {
  taxRounding: "document",
  taxRoundingMode: "half-up",
  prices: "inclusive",
  inclusiveRounding: "net",
  exemptPrice: "gross",
} as const;

const sum = (parts: readonly bigint[]) => parts.reduce((all, part) => all + part, 0n);

/** Whether net + taxes of it, each rounded once, come to the price for some whole net. */
function existsFor(price: bigint, rates: readonly AppliedRate[], mode: RoundingMode): boolean {
  const taxesOn = (net: bigint) =>
    sum(rates.map(({ factor }) => roundAs(mode, factor.times(Rational.of(net)))));
  let [low, high] = [0n, price];
  while (low < high) {
    const middle = (low + high) >> 1n;
    if (middle + taxesOn(middle) < price) low = middle + 1n;
    else high = middle;
  }
  return low + taxesOn(low) === price;
}

function agrees({ net, taxes }: Taxed, rates: readonly AppliedRate[], mode: RoundingMode): boolean {
  return rates.every(({ factor }, place) => roundAs(mode, factor.times(Rational.of(net))) === taxes[place]);
}

describe("taxes inside a price", () => {
  it.each<[string, AppliedRate[], RoundingMode, number]>([
    ["9 + 9 %", [rate("CGST", 9000n), rate("SGST", 9000n)], "half-up", 84.7],
    ["6 + 6 %", [rate("CGST", 6000n), rate("SGST", 6000n)], "half-up", 89.3],
    ["5 + 9.975 %", [rate("GST", 5000n), rate("QST", 9975n)], "half-up", 87],
    ["10 % rounded down", [rate("CT", 10_000n)], "down", 90.9],
  ])("of %s agree with the net when whole units can", (_, rates, mode, percent) => {
    let [existing, found, prices] = [0, 0, 0];
    for (let price = 100n; price <= 100_000n; price += 23n) {
      prices += 1;
      const [taxed] = computeTax([{ amount: price, rates }], { ...settings, taxRoundingMode: mode });
      if (taxed === undefined) throw new Error("no line");
      expect(sum([taxed.net, ...taxed.taxes])).toBe(price);
      if (existsFor(price, rates, mode)) existing += 1;
      if (agrees(taxed, rates, mode)) found += 1;
    }
    expect(found).toBe(existing);
    expect((100 * found) / prices).toBeCloseTo(percent, 0);
  });

  it("put the difference where the tenant's setting says, when no whole units agree", () => {
    const rates = [rate("CGST", 9000n), rate("SGST", 9000n)];
    const price = [...Array(100).keys()].map((cents) => BigInt(1000 + cents));
    const odd = price.find((one) => !existsFor(one, rates, "half-up")) ?? 0n;
    const [net] = computeTax([{ amount: odd, rates }], settings);
    const [tax] = computeTax([{ amount: odd, rates }], { ...settings, inclusiveRounding: "tax" });
    expect(net?.taxes[0]).toBe(net?.taxes[1]);
    const exact = Rational.of(odd * 100n, 118n);
    expect(tax?.net).toBe(roundAs("half-up", exact));
    expect([net?.gross, tax?.gross]).toEqual([odd, odd]);
    expect(tax?.taxes.map((one) => one - (tax.taxes[1] ?? 0n))).toEqual([1n, 0n]);
  });

  it("agree with their bases on documents of mixed taxes, if possible, and always sum to the prices", () => {
    const [vat, levy, fee] = [rate("VAT", 20_000n), rate("LEVY", 2000n), rate("FEE", 5500n)];
    const line = fc.record({
      amount: fc.bigInt(1n, 20_000n),
      rates: fc.constantFrom([vat], [vat, levy], [levy, vat], [levy], [fee, levy], [vat, levy, fee], []),
    });
    const documents = fc.array(line, { minLength: 1, maxLength: 8 });
    let agreeing = 0;
    let all = 0;
    fc.assert(
      fc.property(documents, (lines) => {
        const taxed = computeTax(lines, settings);
        for (const [index, { net, taxes, gross }] of taxed.entries()) {
          expect(sum([net, ...taxes])).toBe(gross);
          expect(gross).toBe(lines[index]?.amount);
        }
        all += 1;
        if ([vat, levy, fee].every((one) => documentAgrees(one, lines, taxed))) agreeing += 1;
      }),
      runs(600),
    );
    expect(agreeing / all).toBeGreaterThan(0.8);
  });

  it.each<[string, Partial<Parameters<typeof computeTax>[1]>]>([
    ["half up", {}],
    ["with the difference in a tax", { inclusiveRounding: "tax" }],
    ["up", { taxRoundingMode: "up" }],
    ["down", { taxRoundingMode: "down" }],
    ["up, line by line", { taxRoundingMode: "up", taxRounding: "line" }],
  ])("never leave a negative net of a small price, nor are negative: %s", (_, chosen) => {
    const [nine, equal, double, fifth] = [
      rate("CGST", 9000n),
      rate("SGST", 9000n),
      rate("X", 200_000n),
      rate("VAT", 20_000n),
    ];
    const sets: fc.Arbitrary<AppliedRate[]> = fc.constantFrom(
      [nine, equal],
      [equal, nine],
      [nine, equal, fifth],
      [double, fifth],
      [fifth],
    );
    const line = (rates: fc.Arbitrary<AppliedRate[]>) => fc.record({ amount: fc.bigInt(0n, 9n), rates });
    const documents = fc.oneof(
      fc.array(line(sets), { minLength: 1, maxLength: 12 }),
      fc.array(line(fc.constant([nine, equal])), { minLength: 1, maxLength: 40 }),
    );
    fc.assert(
      fc.property(documents, (lines) => {
        for (const [index, { net, taxes, gross }] of computeTax(lines, {
          ...settings,
          ...chosen,
        }).entries()) {
          expect(sum([net, ...taxes])).toBe(gross);
          expect(gross).toBe(lines[index]?.amount);
          expect([net, ...taxes].filter((part) => part < 0n)).toEqual([]);
        }
      }),
      runs(400),
    );
  });

  it("of several lines share a difference of several cents, and each line still sums to its own price", () => {
    const rates = [rate("CGST", 9000n), rate("SGST", 9000n)];
    const taxed = computeTax(
      Array.from({ length: 7 }, () => ({ amount: 1n, rates })),
      settings,
    );
    expect(taxed.map(({ net }) => net).filter((net) => net < 0n)).toEqual([]);
    expect([0, 1].map((place) => sum(taxed.map(({ taxes }) => taxes[place] ?? 0n)))).toEqual([1n, 1n]);
  });

  it("differ from the exact ones by no more than rounding, line by line", () => {
    const [vat, levy] = [rate("VAT", 20_000n), rate("LEVY", 2000n)];
    const amounts = fc.array(fc.bigInt(-20_000n, 20_000n), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(amounts, (of) => {
        const lines = of.map((amount, index) => ({ amount, rates: index < 3 ? [vat, levy] : [vat] }));
        for (const [index, { taxes }] of computeTax(lines, settings).entries()) {
          const [exact = Rational.zero] = [
            Rational.of((lines[index]?.amount ?? 0n) * 20n, index < 3 ? 122n : 120n),
          ];
          const off = Rational.of(taxes[0] ?? 0n).minus(exact);
          expect(off.compare(Rational.of(3n)) <= 0 && off.compare(Rational.of(-3n)) >= 0).toBe(true);
        }
      }),
      runs(300),
    );
  });
});

function documentAgrees(
  { signature, factor }: AppliedRate,
  lines: readonly { readonly rates: readonly AppliedRate[] }[],
  taxed: readonly Taxed[],
): boolean {
  const of = taxed.flatMap(({ net, taxes }, index) => {
    const place = lines[index]?.rates.findIndex((one) => one.signature === signature) ?? -1;
    return place < 0 ? [] : [{ net, tax: taxes[place] ?? 0n }];
  });
  const base = sum(of.map(({ net }) => net));
  return sum(of.map(({ tax }) => tax)) === roundAs("half-up", factor.times(Rational.of(base)));
}
