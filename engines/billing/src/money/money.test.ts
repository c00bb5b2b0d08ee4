import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { allocate } from "./allocate.ts";
import { allocateUnits } from "./allocate-units.ts";
import { Currency } from "./currency.ts";
import { Money } from "./money.ts";
import { parseDecimal } from "./parse-decimal.ts";
import { Price } from "./price.ts";
import { printDecimal, printScaled, printShortest } from "./print-decimal.ts";
import { Rational } from "./rational.ts";
import { roundHalfUp } from "./round-half-up.ts";

const euro = Currency.of("EUR");
const fraction = fc
  .tuple(fc.bigInt(-(10n ** 9n), 10n ** 9n), fc.bigInt(1n, 10n ** 6n))
  .map(([n, d]) => Rational.of(n, d));

describe("money", () => {
  it.each([
    ["12.30", "EUR", 1230n],
    ["-0.05", "EUR", -5n],
    ["7", "EUR", 700n],
    ["1230", "JPY", 1230n],
    ["1.234", "BHD", 1234n],
    ["0.0001", "CLF", 1n],
  ])("reads %s %s exactly and prints it with all decimals of the currency", (text, code, minor) => {
    const money = Money.parse(text, Currency.of(code));
    expect(money.minor).toBe(minor);
    expect(Money.parse(money.toString(), money.currency).minor).toBe(minor);
  });

  it("prints negative amounts above -1 with their sign", () => {
    expect(Money.of(-5n, euro).toString()).toBe("-0.05");
    expect(JSON.stringify(Money.of(-1230n, euro))).toBe('"-12.30"');
    expect(Money.of(-7n, Currency.of("JPY")).toString()).toBe("-7");
  });

  it.each([
    ["0.001", "EUR"],
    ["1.5", "JPY"],
  ])("refuses %s %s, which is finer than the currency", (text, code) => {
    expect(() => Money.parse(text, Currency.of(code))).toThrow(
      expect.objectContaining({ code: "AMOUNT_INVALID", message: expect.stringContaining(`"${text}"`) }),
    );
  });

  it.each(["1e3", "", " 1", "+1", "1,5", ".5", "5.", "0x10", "NaN", "--1", "1.2345678901234567890"])(
    "refuses %j, which is not a plain decimal",
    (text) => {
      expect(() => parseDecimal(text)).toThrow(/plain decimal in a string/);
    },
  );

  it("adds, subtracts and compares within one currency only", () => {
    const [one, two] = [Money.of(100n, euro), Money.of(250n, euro)];
    expect(one.plus(two).minor).toBe(350n);
    expect(one.minus(two).minor).toBe(-150n);
    expect([one.compare(two), two.compare(one), one.compare(one)]).toEqual([-1, 1, 0]);
    expect([one.isZero(), one.minus(one).isZero()]).toEqual([false, true]);
    expect([one.isNegative(), one.negated().isNegative(), Money.zero(euro).isNegative()]).toEqual([
      false,
      true,
      false,
    ]);
    const dollars = Money.of(1n, Currency.of("USD"));
    for (const mix of [() => one.plus(dollars), () => one.minus(dollars), () => one.compare(dollars)]) {
      expect(mix).toThrow(
        expect.objectContaining({ code: "CURRENCY_MIXED", message: expect.stringMatching(/EUR.*USD/) }),
      );
    }
  });

  it("is rounded in one place, a half away from zero, so that a credit mirrors its charge", () => {
    const halves = [
      [5n, 2n],
      [-5n, 2n],
      [7n, 3n],
      [-7n, 3n],
      [8n, 3n],
      [1n, 2n],
      [-1n, 2n],
      [4n, 1n],
    ] as const;
    expect(halves.map(([n, d]) => roundHalfUp(Rational.of(n, d)))).toEqual([
      3n,
      -3n,
      2n,
      -2n,
      3n,
      1n,
      -1n,
      4n,
    ]);
    fc.assert(
      fc.property(fraction, (value) => {
        expect(roundHalfUp(value.negated())).toBe(-roundHalfUp(value));
        const distance = Rational.of(roundHalfUp(value)).minus(value);
        expect((distance.isNegative() ? distance.negated() : distance).compare(Rational.of(1n, 2n))).not.toBe(
          1,
        );
      }),
      runs(500),
    );
    expect(Money.rounded(Rational.of(12345n, 10n), euro).toString()).toBe("12.35");
  });
});

describe("a fraction", () => {
  it("obeys the laws of arithmetic", () => {
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(a.plus(b).equals(b.plus(a))).toBe(true);
        expect(a.times(b.plus(c)).equals(a.times(b).plus(a.times(c)))).toBe(true);
        expect(a.minus(a).isZero()).toBe(true);
        if (!b.isZero()) expect(a.dividedBy(b).times(b).equals(a)).toBe(true);
        expect(a.compare(b) + b.compare(a)).toBe(0);
      }),
      runs(500),
    );
  });

  it.each([
    [7n, 2n, 3n, 4n],
    [-7n, 2n, -4n, -3n],
    [6n, 3n, 2n, 2n],
    [-6n, 3n, -2n, -2n],
    [0n, 5n, 0n, 0n],
  ])("%d/%d lies between %d and %d", (n, d, floor, ceiling) => {
    expect(Rational.of(n, d).floor()).toBe(floor);
    expect(Rational.of(n, d).ceiling()).toBe(ceiling);
  });

  it("keeps its denominator positive and reduces on request", () => {
    const half = Rational.of(-4n, -8n);
    expect([half.numerator, half.denominator]).toEqual([4n, 8n]);
    expect([half.reduced().numerator, half.reduced().denominator]).toEqual([1n, 2n]);
    expect(Rational.of(3n, -6n).reduced().numerator).toBe(-1n);
    expect(Rational.of(-6n, 4n).reduced().denominator).toBe(2n);
    expect(() => Rational.of(1n, 0n)).toThrow(/denominator other than 0/);
    expect(() => Rational.one.dividedBy(Rational.zero)).toThrow(/denominator other than 0/);
    expect([Rational.zero.isZero(), Rational.one.isZero(), half.isNegative()]).toEqual([true, false, false]);
  });

  it("stays in lowest terms when different denominators meet, also many times", () => {
    let sum = Rational.zero;
    for (let step = 0; step < 60; step += 1) sum = sum.plus(Rational.of(1n, 3n)).plus(Rational.of(1n, 6n));
    expect(sum.equals(Rational.of(30n))).toBe(true);
    expect(sum.denominator <= 6n).toBe(true);
  });

  it.each([
    [Rational.of(17n, 31n), 9, "0.548387097"],
    [Rational.of(-1n, 3n), 2, "-0.33"],
    [Rational.of(2n), 3, "2.000"],
  ])("prints with a fixed number of places", (value, places, text) => {
    expect(printDecimal(value, places)).toBe(text);
  });

  it("prints without needless zeros, but with the decimals asked for", () => {
    expect(printShortest(Rational.of(5n, 2n), 9)).toBe("2.5");
    expect(printShortest(Rational.of(100n), 9)).toBe("100");
    expect(printShortest(Rational.of(5n, 2n), 18, 2)).toBe("2.50");
    expect(printShortest(Rational.of(6n, 10_000n), 18, 2)).toBe("0.0006");
    expect(printShortest(Rational.of(100n), 18, 0)).toBe("100");
    expect(printScaled(0n, 2)).toBe("0.00");
  });
});

describe("a price", () => {
  it("may be finer than a minor unit, and is printed in the usual form", () => {
    expect(Price.parse("0.0006", euro).text).toBe("0.0006");
    expect(Price.parse("59.9", euro).toString()).toBe("59.90");
    expect(Price.parse("59.9", euro).minorUnits.equals(Rational.of(5990n))).toBe(true);
    expect(Price.parse("1230", Currency.of("JPY")).text).toBe("1230");
    expect(() => Price.parse("free", euro)).toThrow(/plain decimal/);
  });
});

describe("an allocation", () => {
  const weights = fc
    .array(fc.bigInt(0n, 1000n), { minLength: 1, maxLength: 12 })
    .filter((all) => all.some((one) => one > 0n));

  it("loses no unit, and each part differs from its exact share by less than one unit", () => {
    fc.assert(
      fc.property(fc.bigInt(-100_000n, 100_000n), weights, (total, shares) => {
        const parts = allocateUnits(
          total,
          shares.map((one) => Rational.of(one)),
        );
        const sum = shares.reduce((all, one) => all + one, 0n);
        expect(parts.reduce((all, one) => all + one, 0n)).toBe(total);
        for (const [index, part] of parts.entries()) {
          const distance = part * sum - total * (shares[index] ?? 0n);
          expect(distance < sum && distance > -sum).toBe(true);
        }
      }),
      runs(1000),
    );
  });

  it("gives the remaining units to the largest remainders, the earlier part first", () => {
    const parts = (total: bigint, ...shares: bigint[]) =>
      allocateUnits(
        total,
        shares.map((one) => Rational.of(one)),
      );
    expect(parts(100n, 1n, 1n, 1n)).toEqual([34n, 33n, 33n]);
    expect(parts(-100n, 1n, 1n, 1n)).toEqual([-34n, -33n, -33n]);
    expect(parts(10n, 1n, 2n, 5n)).toEqual([1n, 3n, 6n]);
    expect(parts(5n, 0n, 1n)).toEqual([0n, 5n]);
    expect(parts(0n, 1n, 1n)).toEqual([0n, 0n]);
  });

  it("keeps the currency", () => {
    expect(allocate(Money.parse("0.05", euro), [Rational.one, Rational.one]).map(String)).toEqual([
      "0.03",
      "0.02",
    ]);
  });

  it("refuses weights that define no shares", () => {
    expect(() => allocateUnits(1n, [])).toThrow(/found none/);
    expect(() => allocateUnits(1n, [Rational.zero])).toThrow(/found only zeros/);
    expect(() => allocateUnits(1n, [Rational.one, Rational.of(-1n)])).toThrow(/negative one at position 1/);
  });
});

describe("the currency table", () => {
  it.each([
    ["EUR", 2],
    ["JPY", 0],
    ["BHD", 3],
    ["CLF", 4],
    ["CLP", 0],
    ["ISK", 0],
    ["IQD", 3],
    ["TND", 3],
    ["UYW", 4],
    ["UGX", 0],
    ["MGA", 2],
    ["XCG", 2],
    ["XPF", 0],
  ])("gives %s %d decimals", (code, decimals) => {
    const currency = Currency.of(code);
    expect(currency.decimals).toBe(decimals);
    expect(currency.scale).toBe(10n ** BigInt(decimals));
  });

  it("has each code of the ISO list once", () => {
    const codes = Currency.codes();
    expect(codes.length).toBe(165);
    expect(new Set(codes).size).toBe(165);
    expect(codes.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
    expect(codes).toEqual([...codes].sort());
  });

  it("differs from Intl, which follows cash practice", () => {
    const digits = (currency: string) =>
      new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
    const differing = Currency.codes().filter((code) => digits(code) !== Currency.of(code).decimals);
    expect(differing).toContain("IQD");
  });

  it.each(["XAU", "XXX", "BGN", "HRK", "eur", "", "constructor"])("refuses %j", (code) => {
    expect(() => Currency.of(code)).toThrow(expect.objectContaining({ code: "CURRENCY_UNKNOWN" }));
  });
});
