import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../base/testing/runs.ts";
import { run } from "../../oracle/run.ts";
import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import { proratePrice } from "./prorate-price.ts";
import { prorateStretches } from "./prorate-stretches.ts";

const march = { from: "2026-03-01", to: "2026-04-01" };
const february = { from: "2026-02-01", to: "2026-03-01" };
const stretch = (from: string, to: string) => ({ from: { on: from }, to: { on: to } });

function prorate(period: object, service: object[], settings = {}, price = "59.90", more = {}) {
  return run("prorate", { currency: "EUR", price, period, service, settings, ...more });
}

describe("a part of a period", () => {
  it("costs its days' share, rounded once, shown with a ratio of nine decimals", () => {
    const { parts, total } = prorate(march, [stretch("2026-03-15", "2026-04-01")]);
    expect(parts).toEqual([
      {
        part: 17,
        ratio: "0.548387097",
        amount: "32.85",
        explanation: "days 17 of 31, rate 59.90, rounded once",
      },
    ]);
    expect(total).toBe("32.85");
  });

  it.each<[string, object, object[], object, string[]]>([
    [
      "of 30 fixed days: the 31st day is free",
      march,
      [stretch("2026-03-01", "2026-03-31"), stretch("2026-03-31", "2026-04-01")],
      { prorationMode: "fixed-30-days" },
      ["30.00", "0.00"],
    ],
    [
      "of 30 fixed days: the last of February counts three",
      february,
      [stretch("2026-02-01", "2026-02-28"), stretch("2026-02-28", "2026-03-01")],
      { prorationMode: "fixed-30-days" },
      ["27.00", "3.00"],
    ],
    [
      "of 90 fixed days in a quarter",
      { from: "2026-01-01", to: "2026-04-01" },
      [
        stretch("2026-01-01", "2026-01-31"),
        stretch("2026-01-31", "2026-02-15"),
        stretch("2026-02-15", "2026-04-01"),
      ],
      { prorationMode: "fixed-30-days" },
      ["10.00", "4.67", "15.33"],
    ],
    [
      "of 30 fixed days from the 15th: as many days to the end of the month as in a month of 30 days",
      { from: "2026-01-15", to: "2026-02-15" },
      [
        stretch("2026-01-15", "2026-01-31"),
        stretch("2026-01-31", "2026-02-01"),
        stretch("2026-02-01", "2026-02-15"),
      ],
      { prorationMode: "fixed-30-days" },
      ["16.00", "0.00", "14.00"],
    ],
    [
      "of 30 fixed days from the 15th of February: its last day counts three",
      { from: "2026-02-15", to: "2026-03-15" },
      [
        stretch("2026-02-15", "2026-02-28"),
        stretch("2026-02-28", "2026-03-01"),
        stretch("2026-03-01", "2026-03-15"),
      ],
      { prorationMode: "fixed-30-days" },
      ["13.00", "3.00", "14.00"],
    ],
    [
      "of 30 fixed days up to a billing day that February does not have",
      { from: "2026-01-30", to: "2026-02-28" },
      [
        stretch("2026-01-30", "2026-01-31"),
        stretch("2026-01-31", "2026-02-01"),
        stretch("2026-02-01", "2026-02-27"),
        stretch("2026-02-27", "2026-02-28"),
      ],
      { prorationMode: "fixed-30-days" },
      ["1.00", "0.00", "26.00", "3.00"],
    ],
    [
      "of 30 fixed days from a billing day that February does not have",
      { from: "2026-02-28", to: "2026-03-30" },
      [stretch("2026-02-28", "2026-03-01"), stretch("2026-03-01", "2026-03-30")],
      { prorationMode: "fixed-30-days" },
      ["1.00", "29.00"],
    ],
    [
      "of 30 fixed days from a billing day on the 31st: the 30th before the next counts nothing",
      { from: "2026-02-28", to: "2026-03-31" },
      [
        stretch("2026-02-28", "2026-03-01"),
        stretch("2026-03-01", "2026-03-30"),
        stretch("2026-03-30", "2026-03-31"),
      ],
      { prorationMode: "fixed-30-days" },
      ["1.00", "29.00", "0.00"],
    ],
    [
      "of 90 fixed days in a quarter from the 29th",
      { from: "2025-11-29", to: "2026-02-28" },
      [stretch("2025-11-29", "2026-01-29"), stretch("2026-01-29", "2026-02-28")],
      { prorationMode: "fixed-30-days" },
      ["20.00", "10.00"],
    ],
    [
      "without proration: nothing unless served from the start",
      march,
      [stretch("2026-03-02", "2026-04-01")],
      { prorationMode: "none" },
      [],
    ],
    [
      "without proration: all when served from the start",
      march,
      [stretch("2026-03-01", "2026-03-02")],
      { prorationMode: "none" },
      ["30.00"],
    ],
    [
      "in full, however short",
      march,
      [stretch("2026-03-31", "2026-04-01")],
      { prorationMode: "full" },
      ["30.00"],
    ],
    ["in full, nothing without service", march, [], { prorationMode: "full" }, []],
    ["in actual days of February", february, [stretch("2026-02-15", "2026-03-01")], {}, ["15.00"]],
    [
      "in actual days of a leap February",
      { from: "2024-02-01", to: "2024-03-01" },
      [stretch("2024-02-15", "2024-03-01")],
      {},
      ["15.52"],
    ],
  ])("%s", (_, period, service, settings, amounts) => {
    expect(
      prorate(period, service, settings, "30.00").parts.map(({ amount }: { amount: string }) => amount),
    ).toEqual(amounts);
  });

  it("is counted by the second when the setting says so, also in days of 23 hours", () => {
    const { unit, length, parts } = prorate(
      march,
      [{ from: { at: "2026-03-15T12:00:00Z" }, to: { on: "2026-04-01" } }],
      { prorationUnit: "second" },
      "59.90",
      { zone: "Europe/Paris" },
    );
    expect([unit, length]).toEqual(["second", 31 * 86_400 - 3600]);
    expect(parts[0]).toMatchObject({ part: 16 * 86_400 + 10 * 3600, amount: "31.76" });
  });

  it("refuses service that is out of order or out of the period", () => {
    const outOfOrder = prorate(march, [
      stretch("2026-03-10", "2026-03-20"),
      stretch("2026-03-15", "2026-03-30"),
    ]);
    expect(outOfOrder.faults).toEqual([
      "service[1].from: expected service at or after the end of service[0], 2026-03-20; found 2026-03-15: sort the list and remove the overlap",
    ]);
    for (const [from, to, field, found] of [
      ["2026-02-01", "2026-03-10", "from", "2026-02-01"],
      ["2026-03-10", "2026-05-01", "to", "2026-05-01"],
    ] as const) {
      expect(prorate(march, [stretch(from, to)]).faults).toEqual([
        `service[0].${field}: expected service within the period from 2026-03-01 to 2026-04-01; found ${found}: cut it to the period`,
      ]);
    }
    for (const to of ["2026-03-09", "2026-03-10"]) {
      expect(prorate(march, [stretch("2026-03-10", to)]).faults).toEqual([
        `service[0].to: expected an end after service[0].from, which is 2026-03-10; found ${to}: exchange or correct them`,
      ]);
    }
    const measure = {
      unit: "day",
      length: 31,
      position: (tick: number) => tick,
      describe: () => "",
    } as const;
    for (const [from, to] of [
      [-1, 5],
      [3, 32],
      [5, 4],
    ] as const) {
      expect(() => proratePrice(Rational.one, [{ from, to }], measure, "actual-days")).toThrow(
        /in order and within the period of 31 days; found days .* at position 0/,
      );
    }
  });

  it("refuses fixed days counted by the second, or of a period that is not whole months", () => {
    const settings = { prorationMode: "fixed-30-days", prorationUnit: "second" };
    expect(prorate(march, [], settings).faults[0]).toMatch(
      /^settings.prorationUnit: expected "day" with the prorationMode "fixed-30-days"; found "second"/,
    );
    expect(
      prorate({ from: "2026-03-01", to: "2026-03-20" }, [], { prorationMode: "fixed-30-days" }).faults[0],
    ).toMatch(/whole months/);
  });

  it("sums to the price exactly for any cuts of a period, in every mode that prorates", () => {
    const cuts = fc
      .uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 6 })
      .map((days) => days.sort((a, b) => a - b));
    fc.assert(
      fc.property(cuts, fc.bigInt(0n, 100_000n), fc.integer({ min: 1, max: 31 }), (days, price, end) => {
        const ends = [...days.filter((day) => day < end), end];
        const stretches = ends.map((to, index) => ({ from: ends[index - 1] ?? 0, to }));
        const parts = prorateStretches(Rational.of(price, 7n), stretches, 31);
        const sum = parts.reduce((all, one) => all + one, 0n);
        expect(sum).toBe(roundHalfUp(Rational.of(price * BigInt(end), 7n * 31n)));
        expect(parts.every((part) => part >= 0n)).toBe(true);
      }),
      runs(500),
    );
  });
});

describe("a change within a period billed in advance", () => {
  const change = (on: string, settings = {}, more = {}) =>
    run("change", {
      currency: "USD",
      period: { from: "2026-05-01", to: "2026-06-01" },
      old: { price: "20.00" },
      new: { price: "40.00" },
      when: { on },
      settings,
      ...more,
    });

  it.each<[string, string, object, string, string, string]>([
    ["gives back the unused days and charges them anew", "2026-05-11", {}, "-13.55", "27.10", "13.55"],
    [
      "bills the day by the old plan when the tenant's setting says so",
      "2026-05-11",
      { dayOfChange: "old-plan" },
      "-12.90",
      "25.81",
      "12.91",
    ],
    ["on the first day replaces the price", "2026-05-01", {}, "-20.00", "40.00", "20.00"],
    [
      "bills the last day by the old plan too",
      "2026-05-31",
      { dayOfChange: "old-plan" },
      "0.00",
      "0.00",
      "0.00",
    ],
    [
      "without proration waits for the next period",
      "2026-05-11",
      { prorationMode: "none" },
      "0.00",
      "0.00",
      "0.00",
    ],
    ["in full waits for the next period", "2026-05-11", { prorationMode: "full" }, "0.00", "0.00", "0.00"],
    [
      "without proration replaces the price on the first day",
      "2026-05-01",
      { prorationMode: "none" },
      "-20.00",
      "40.00",
      "20.00",
    ],
    ["counts fixed months", "2026-05-16", { prorationMode: "fixed-30-days" }, "-10.00", "20.00", "10.00"],
  ])("%s", (_, on, settings, credit, charge, difference) => {
    const changed = change(on, settings);
    expect(changed.old.credit).toBe(credit);
    expect(changed.new.charge).toBe(charge);
    expect(changed.difference).toBe(difference);
    expect(changed.billed).toBe("20.00");
  });

  it.each(["2026-04-30", "2025-05-11", "2026-06-01", "2027-05-11"])(
    "on %s is refused: it is not in the period",
    (on) => {
      expect(change(on).faults).toEqual([
        `when: expected a moment within the period from 2026-05-01 to before 2026-06-01; found ${on}: correct it or the period`,
      ]);
    },
  );

  it("shows both parts with the numbers to check them by hand", () => {
    expect(change("2026-05-11")).toEqual({
      unit: "day",
      length: 31,
      billed: "20.00",
      old: {
        part: 10,
        ratio: "0.322580645",
        explanation: "days 10 of 31, rounded once",
        owed: "6.45",
        credit: "-13.55",
      },
      new: {
        part: 21,
        ratio: "0.677419355",
        explanation: "days 21 of 31, rounded once",
        owed: "27.10",
        charge: "27.10",
      },
      difference: "13.55",
    });
  });

  it("prorates quantities, and instants by the second", () => {
    expect(
      change("2026-05-16", {}, { old: { price: "10", quantity: "3" }, new: { price: "10", quantity: "5" } })
        .difference,
    ).toBe("10.33");
    const at = change(
      "2026-05-01",
      { prorationUnit: "second", dayOfChange: "old-plan" },
      { when: { at: "2026-05-16T12:00:00Z" } },
    );
    expect([at.old.part, at.old.credit, at.new.charge]).toEqual([15.5 * 86_400, "-10.00", "20.00"]);
  });
});
