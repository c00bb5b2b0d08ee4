import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { run } from "../../oracle/run.ts";
import { Currency } from "../money/currency.ts";
import { Money } from "../money/money.ts";
import { Rational } from "../money/rational.ts";
import { type Stacked, stackDiscounts } from "./stack-discounts.ts";

const percent = (rate: string) => ({ kind: "percentage", rate });
const off = (amount: string) => ({ kind: "amount", amount });
const lines = [
  { id: "fibre", amount: "40.00" },
  { id: "voice", amount: "20.00" },
];

function taken(values: object[], settings = {}, only: (string[] | undefined)[] = []): string[][] {
  const discounts = values.map((value, index) => ({
    id: `d${index}`,
    value,
    ...(only[index] && { lines: only[index] }),
  }));
  const output = run("discount", { currency: "EUR", lines, discounts, settings });
  return output.lines.map((line: { discounts: { amount: string }[] }) =>
    line.discounts.map(({ amount }) => amount),
  );
}

describe("the rest of an amount that is more than the lines cost", () => {
  it("is reported for each discount, and is empty for a percentage", () => {
    const discounts = [off("50.00"), percent("100"), off("7.00")].map((value, index) => ({
      id: `d${index}`,
      value,
    }));
    const { left, discount } = run("discount", { currency: "EUR", lines, discounts });
    expect(discount).toBe("60.00");
    expect(left).toEqual([{ id: "d2", amount: "7.00" }]);
    expect(run("discount", { currency: "EUR", lines, discounts: discounts.slice(0, 1) }).left).toEqual([]);
    const more = run("discount", { currency: "EUR", lines, discounts: [{ id: "d", value: off("60.01") }] });
    expect(more.left).toEqual([{ id: "d", amount: "0.01" }]);
  });
});

describe("discounts before tax", () => {
  it.each<[string, object[], object, string[][]]>([
    ["spread an amount pro rata", [off("10.00")], {}, [["6.67"], ["3.33"]]],
    ["take a percentage of all", [percent("10")], {}, [["4.00"], ["2.00"]]],
    [
      "stack: each on the rest after the one before",
      [percent("50"), percent("50")],
      {},
      [
        ["20.00", "10.00"],
        ["10.00", "5.00"],
      ],
    ],
    [
      "add up where the tenant says so",
      [percent("50"), percent("30")],
      { percentageStacking: "additive" },
      [
        ["20.00", "12.00"],
        ["10.00", "6.00"],
      ],
    ],
    [
      "never cut below zero when they add up",
      [percent("80"), percent("30")],
      { percentageStacking: "additive" },
      [
        ["32.00", "8.00"],
        ["16.00", "4.00"],
      ],
    ],
    [
      "apply as given",
      [percent("50"), off("10.00")],
      {},
      [
        ["20.00", "6.67"],
        ["10.00", "3.33"],
      ],
    ],
    [
      "apply amounts first",
      [percent("50"), off("10.00")],
      { discountOrder: "amounts-first" },
      [
        ["16.67", "6.67"],
        ["8.33", "3.33"],
      ],
    ],
    [
      "apply percentages first",
      [off("10.00"), percent("50")],
      { discountOrder: "percentages-first" },
      [
        ["6.67", "20.00"],
        ["3.33", "10.00"],
      ],
    ],
    [
      "stop at zero",
      [off("100.00"), off("5.00")],
      {},
      [
        ["40.00", "0.00"],
        ["20.00", "0.00"],
      ],
    ],
    ["may take everything", [percent("100")], {}, [["40.00"], ["20.00"]]],
  ])("%s", (_, values, settings, expected) => {
    expect(taken(values, settings)).toEqual(expected);
  });

  it("apply only to the lines of their services", () => {
    expect(taken([off("50.00"), percent("10")], {}, [["voice"], undefined])).toEqual([
      ["0.00", "4.00"],
      ["20.00", "0.00"],
    ]);
    expect(taken([percent("10")], {}, [["fibre"]])).toEqual([["4.00"], ["0.00"]]);
  });

  it("are refused where they are for no line", () => {
    const none = [{ id: "d0", value: off("5.00"), lines: [] }];
    expect(run("discount", { currency: "EUR", lines, discounts: none }).faults).toEqual([
      "discounts[0].lines: expected at least one line; found [], which takes off nothing: name the lines that it is on, or leave lines out for all",
    ]);
  });

  it("show sums that match their lines", () => {
    const {
      discount,
      net,
      lines: shown,
    } = run("discount", { currency: "EUR", lines, discounts: [{ id: "d", value: off("10.00") }] });
    expect([discount, net, shown[0].net, shown[1].net]).toEqual(["10.00", "50.00", "33.33", "16.67"]);
  });

  it("never exceed the price of a line, and round each discount once", () => {
    const value = fc.oneof(
      fc
        .bigInt(0n, 20_000n)
        .map((minor) => ({ kind: "amount" as const, amount: Money.of(minor, Currency.of("EUR")) })),
      fc.bigInt(0n, 1000n).map((rate) => ({ kind: "percentage" as const, rate: Rational.of(rate, 1000n) })),
    );
    const settings = fc.record({
      discountOrder: fc.constantFrom(
        "as-given" as const,
        "amounts-first" as const,
        "percentages-first" as const,
      ),
      percentageStacking: fc.constantFrom("sequential" as const, "additive" as const),
    });
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(0n, 9999n), { maxLength: 5 }),
        fc.array(value, { maxLength: 4 }),
        settings,
        (amounts, values, chosen) => {
          const stacked: Stacked[] = values.map((one) => ({ value: one, applies: amounts.map(() => true) }));
          const parts = stackDiscounts(amounts, stacked, chosen);
          for (const [index, amount] of amounts.entries()) {
            const all = parts.reduce((sum, discount) => sum + (discount[index] ?? 0n), 0n);
            expect(all <= amount && parts.every((discount) => (discount[index] ?? 0n) >= 0n)).toBe(true);
          }
        },
      ),
      runs(300),
    );
  });
});
