import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";
import { Currency } from "../money/currency.ts";
import { Price } from "../money/price.ts";
import { Rational } from "../money/rational.ts";
import { percentile95 } from "./percentile.ts";
import type { PriceModel } from "./price-model.ts";
import { UsagePrice, type UsagePriceTerms } from "./usage-price.ts";

const tiers = [
  { upTo: "100", unitPrice: "1.00" },
  { upTo: "200", unitPrice: "0.50", fee: "5.00" },
  { unitPrice: "0.10" },
];

function usage(price: object, ...periods: (string[] | { quantities: string[]; toppedUp: string })[]) {
  return usageWith({}, price, ...periods);
}

function usageWith(
  settings: object,
  price: object,
  ...periods: (string[] | { quantities: string[]; toppedUp: string })[]
) {
  return run("usage", {
    currency: "USD",
    price: { metric: "m", ...price },
    periods: periods.map((one) => (Array.isArray(one) ? { quantities: one } : one)),
    settings,
  });
}

describe("usage", () => {
  it.each<[string, object, string, string]>([
    ["flat", { kind: "flat", unitPrice: "0.029" }, "50", "1.45"],
    ["graduated within the first tier", { kind: "graduated", tiers }, "100", "100.00"],
    ["graduated over all tiers, with a fee", { kind: "graduated", tiers }, "250", "160.00"],
    ["graduated into the second", { kind: "graduated", tiers }, "101", "105.50"],
    ["graduated with nothing used", { kind: "graduated", tiers }, "0", "0.00"],
    ["volume at a boundary", { kind: "volume", tiers }, "100", "100.00"],
    ["volume above a boundary", { kind: "volume", tiers }, "101", "55.50"],
    ["volume in the last tier", { kind: "volume", tiers }, "1000", "100.00"],
    ["volume with nothing used", { kind: "volume", tiers: [{ unitPrice: "1", fee: "9" }] }, "0", "0.00"],
    ["packages begun", { kind: "package", size: "100", price: "5.00" }, "101", "10.00"],
    ["packages exactly full", { kind: "package", size: "100", price: "5.00" }, "200", "10.00"],
    ["no package", { kind: "package", size: "100", price: "5.00" }, "0", "0.00"],
    ["part of a package of a half", { kind: "package", size: "0.5", price: "1.00" }, "1.2", "3.00"],
    ["percentage", { kind: "percentage", rate: "1.2" }, "50", "0.60"],
  ])("%s is priced", (_, model, quantity, amount) => {
    expect(usage({ model }, [quantity]).periods[0].amount).toBe(amount);
  });

  it("shows the parts of its calculation", () => {
    const steps = (model: object, quantity: string) => usage({ model }, [quantity]).periods[0].explanation;
    expect(steps({ kind: "graduated", tiers }, "250")).toBe(
      "100 × 1.00 + 100 × 0.50 + 5.00 + 50 × 0.10, rounded once",
    );
    expect(steps({ kind: "volume", tiers }, "150")).toBe("150 × 0.50 + 5.00, rounded once");
    expect(steps({ kind: "package", size: "100", price: "5" }, "101")).toBe(
      "2 packages of 100 × 5.00, rounded once",
    );
    expect(steps({ kind: "package", size: "100", price: "5" }, "1")).toBe(
      "1 package of 100 × 5.00, rounded once",
    );
    expect(steps({ kind: "flat", unitPrice: "0.5" }, "1.5")).toBe("1.5 × 0.50, rounded once");
    expect(steps({ kind: "percentage", rate: "1.2", feePerEvent: "0.1" }, "50")).toBe(
      "1.2 % of 50 + 1 × 0.10, rounded once",
    );
    expect(steps({ kind: "percentage", rate: "1.2" }, "50")).toBe("1.2 % of 50, rounded once");
    expect(steps({ kind: "volume", tiers }, "0")).toBe("nothing to pay, rounded once");
    expect(steps({ kind: "graduated", tiers }, "0")).toBe("nothing to pay, rounded once");
  });

  it.each<[string, object, string[], string]>([
    ["free by both limits", { freeEvents: 3, freeAmount: "500" }, ["200", "100", "100", "50"], "0.70"],
    ["free by events only", { freeEvents: 1 }, ["200", "100"], "1.30"],
    ["free by amount only", { freeAmount: "250" }, ["200", "100", "100"], "2.00"],
    ["free exactly to the amount", { freeAmount: "300" }, ["200", "100"], "0.00"],
    [
      "free by neither, once the events are used up",
      { freeEvents: 0, freeAmount: "500" },
      ["200", "100"],
      "3.80",
    ],
    ["never free", {}, ["200", "100"], "3.80"],
  ])("percentage: %s", (_, free, quantities, amount) => {
    const model = { kind: "percentage", rate: "1.2", feePerEvent: "0.10", ...free };
    expect(usage({ model }, quantities).periods[0].amount).toBe(amount);
  });

  it.each<[string, string]>([
    ["sum", "14.00"],
    ["maximum", "9.00"],
    ["latest", "2.00"],
    ["count", "3.00"],
    ["percentile-95", "9.00"],
  ])("is aggregated by %s", (aggregate, amount) => {
    expect(
      usage({ aggregate, model: { kind: "flat", unitPrice: "1" } }, ["3", "9", "2"]).periods[0].amount,
    ).toBe(amount);
  });

  it("costs at least the minimum and at most the maximum", () => {
    const price = { model: { kind: "flat", unitPrice: "1" }, minimum: "5", maximum: "8" };
    const { periods } = usage(price, ["3"], ["5"], ["7"], ["8"], ["9"], []);
    expect(periods.map(({ amount }: { amount: string }) => amount)).toEqual([
      "5.00",
      "5.00",
      "7.00",
      "8.00",
      "8.00",
      "5.00",
    ]);
    expect(periods[0].explanation).toBe("3 × 1.00, raised to the minimum 5.00, rounded once");
    expect(periods[4].explanation).toBe("9 × 1.00, cut to the maximum 8.00, rounded once");
  });

  it("is covered by the allowance, the rollover and the top-ups, in this order", () => {
    const price = { model: { kind: "flat", unitPrice: "1" }, included: "100", rolloverPeriods: 1 };
    const { periods } = usage(
      price,
      ["40"],
      ["130"],
      { quantities: ["250"], toppedUp: "30" },
      ["100"],
      ["120"],
    );
    expect(
      periods.map((one: Record<string, string>) => [
        one.fromRollover,
        one.fromIncluded,
        one.fromTopUp,
        one.billable,
      ]),
    ).toEqual([
      ["0", "40", "0", "0"],
      ["60", "70", "0", "0"],
      ["30", "100", "30", "90"],
      ["0", "100", "0", "0"],
      ["0", "100", "0", "20"],
    ]);
  });

  it("uses the period's own allowance first when the tenant's setting says so, so that more rollover expires", () => {
    const price = { model: { kind: "flat", unitPrice: "1" }, included: "100", rolloverPeriods: 1 };
    const { periods } = usageWith({ allowanceOrder: "current-first" }, price, ["40"], ["130"], ["250"]);
    expect(
      periods.map((one: Record<string, string>) => [one.fromRollover, one.fromIncluded, one.billable]),
    ).toEqual([
      ["0", "40", "0"],
      ["30", "100", "0"],
      ["0", "100", "150"],
    ]);
  });

  it("loses the rest of an allowance without rollover, and keeps top-ups until they are used", () => {
    const price = { model: { kind: "flat", unitPrice: "1" }, included: "100" };
    const { periods } = usage(price, { quantities: ["40"], toppedUp: "50" }, ["130"], ["130"]);
    expect(periods.map((one: Record<string, string>) => [one.fromTopUp, one.billable])).toEqual([
      ["0", "0"],
      ["30", "0"],
      ["20", "10"],
    ]);
  });

  it.each<[string, object, RegExp]>([
    [
      "tiers without an open end",
      { model: { kind: "volume", tiers: [{ upTo: "1", unitPrice: "1" }] } },
      /tiers\[0\]\.upTo: expected no end of the last tier; found 1: leave upTo out/,
    ],
    [
      "an open tier before the last",
      { model: { kind: "graduated", tiers: [{ unitPrice: "1" }, { unitPrice: "1" }] } },
      /tiers\[0\]\.upTo: expected an end of every tier but the last; found none: write an upTo above 0/,
    ],
    [
      "tiers that fall",
      {
        model: {
          kind: "volume",
          tiers: [{ upTo: "5", unitPrice: "1" }, { upTo: "5", unitPrice: "1" }, { unitPrice: "1" }],
        },
      },
      /tiers\[1\]\.upTo: expected an end above 5, where the tier before it ends; found 5: /,
    ],
    ["no tiers", { model: { kind: "volume", tiers: [] } }, /tiers: expected at least one tier; found none: /],
    [
      "a package of nothing",
      { model: { kind: "package", size: "0", price: "1" } },
      /package size above 0; found 0/,
    ],
    [
      "included units with a percentage",
      { included: "1", model: { kind: "percentage", rate: "1" } },
      /no included units with a percentage/,
    ],
    [
      "an aggregate beside a percentage",
      { aggregate: "maximum", model: { kind: "percentage", rate: "1" } },
      /aggregate: expected the aggregate "sum" with a percentage.*found "maximum": leave the aggregate out/,
    ],
    [
      "a maximum below the minimum",
      { model: { kind: "flat", unitPrice: "1" }, minimum: "2", maximum: "1" },
      /at least the minimum 2.00; found 1.00/,
    ],
  ])("refuses %s", (_, price, message) => {
    expect(usage(price, ["1"]).faults).toEqual([expect.stringMatching(message)]);
  });
});

describe("two prices of one metric", () => {
  const euro = Currency.of("EUR");
  const price = (text: string) => Price.parse(text, euro);
  const units = (count: bigint) => Rational.of(count);
  const of = (model: PriceModel, more: Partial<UsagePriceTerms> = {}) =>
    UsagePrice.of({
      metric: "m",
      aggregate: "sum",
      model,
      included: Rational.zero,
      rolloverPeriods: 0,
      ...more,
    }).signature;
  const flat: PriceModel = { kind: "flat", unitPrice: price("1") };
  const tiered = (kind: "graduated" | "volume", upTo: bigint, unit: string, fee?: string): PriceModel => ({
    kind,
    tiers: [
      { upTo: units(upTo), unitPrice: price(unit), fee: fee === undefined ? undefined : price(fee) },
      { unitPrice: price("9") },
    ],
  });
  const percent: PriceModel = { kind: "percentage", rate: Rational.of(1n, 100n) };

  it("are different when any field that changes the charge differs", () => {
    const different = [
      of(flat),
      of({ kind: "flat", unitPrice: price("2") }),
      of(flat, { metric: "other" }),
      of(flat, { aggregate: "maximum" }),
      of(flat, { included: units(1n) }),
      of(flat, { rolloverPeriods: 1 }),
      of(flat, { minimum: price("1") }),
      of(flat, { maximum: price("1") }),
      of(tiered("graduated", 10n, "1")),
      of(tiered("volume", 10n, "1")),
      of(tiered("volume", 11n, "1")),
      of(tiered("volume", 10n, "2")),
      of(tiered("volume", 10n, "1", "3")),
      of({ kind: "package", size: units(10n), price: price("1") }),
      of({ kind: "package", size: units(11n), price: price("1") }),
      of({ kind: "package", size: units(10n), price: price("2") }),
      of(percent),
      of({ ...percent, rate: Rational.of(2n, 100n) }),
      of({ ...percent, feePerEvent: price("1") }),
      of({ ...percent, freeEvents: 1 }),
      of({ ...percent, freeAmount: units(1n) }),
    ];
    expect(new Set(different).size).toBe(different.length);
  });

  it("are the same in any notation", () => {
    expect(of({ kind: "flat", unitPrice: price("1.000") })).toBe(of(flat));
    expect(of(flat, { included: Rational.of(10n, 10n) })).toBe(of(flat, { included: units(1n) }));
    expect(of(flat, { minimum: price("2"), maximum: price("2.0") })).toContain("2.00");
  });
});

describe("the 95th percentile of 5-minute samples", () => {
  const samples = (count: number) =>
    Array.from({ length: count }, (_, index) => Rational.of(BigInt((index * 7919) % count) + 1n));

  it.each([
    [8640, 8208n],
    [8928, 8482n],
    [8064, 7661n],
    [20, 19n],
    [19, 19n],
    [1, 1n],
  ])("of %d is the highest after the top twentieth is discarded: %d", (count, expected) => {
    expect(percentile95(samples(count)).equals(Rational.of(expected))).toBe(true);
  });

  it("may be interpolated as in spreadsheets", () => {
    expect(percentile95(samples(5), "interpolated").equals(Rational.of(48n, 10n))).toBe(true);
    expect(percentile95(samples(21), "interpolated").equals(Rational.of(20n))).toBe(true);
    expect(percentile95(samples(1), "interpolated").equals(Rational.one)).toBe(true);
  });

  it("does not change the samples, and requires at least one", () => {
    const given = [3n, 1n, 2n].map((one) => Rational.of(one));
    percentile95(given);
    expect(given.map(({ numerator }) => numerator)).toEqual([3n, 1n, 2n]);
    expect(() => percentile95([])).toThrow(/at least one sample/);
  });
});
