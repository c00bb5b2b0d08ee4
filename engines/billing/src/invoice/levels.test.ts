import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";

const price = { metric: "mbps", aggregate: "latest", model: { kind: "flat", unitPrice: "1.00" } };
const terms = (plan: string, more: object = {}) => ({ plan, price: "0", usage: [{ ...price, ...more }] });

interface Given {
  start?: string;
  target?: string;
  facts?: object[];
  usagePrice?: object;
  settings?: object;
  topUps?: object[];
}

/** The usage lines of a service that has 100 Mbit/s on each day from March to June. */
function levels({ start = "2026-04-01", target = "2026-05-01", facts = [], ...more }: Given) {
  const usage = Array.from({ length: 120 }, (_, day) => {
    const on = new Date(Date.UTC(2026, 2, 1 + day)).toISOString().slice(0, 10);
    return { subscription: "s", metric: "mbps", on, quantity: "100" };
  }).filter(({ on }) => on >= start);
  const one = { id: "s", cycle: { unit: "month", alignment: { kind: "calendar" } }, start: { on: start } };
  const { lines, faults } = run("invoice", {
    ...{ currency: "EUR", target, usage, topUps: more.topUps ?? [], settings: more.settings ?? {} },
    subscriptions: [{ ...one, timing: "in-arrears", terms: terms("A", more.usagePrice), facts }],
  });
  if (faults !== undefined) return faults;
  return lines
    .filter(({ component }: { component: string }) => component === "usage")
    .map(({ amount, explanation }: Record<string, string>) => `${amount} ${explanation}`);
}

const amounts = (given: Given) => levels(given).map((line: string) => line.split(" ")[0]);
const change = (plan: string, more: object = {}) => [
  { on: "2026-04-16", kind: "change", terms: terms(plan, more) },
];

describe("a level in a part of a period", () => {
  it.each(["latest", "maximum", "percentile-95"])("costs its share of the days: %s", (aggregate) => {
    const realign = [{ on: "2026-04-05", kind: "realign", dayOfMonth: 15 }];
    expect(levels({ target: "2026-05-15", facts: realign, usagePrice: { aggregate } })).toEqual([
      `13.33 ${aggregate} 100: 100 × 1.00, for days 4 of 30 (0.133333333), rounded once`,
      `32.26 ${aggregate} 100: 100 × 1.00, for days 10 of 31 (0.322580645), rounded once`,
      `100.00 ${aggregate} 100: 100 × 1.00, rounded once`,
    ]);
  });

  it("costs once what two plans charge alike", () => {
    expect(amounts({ facts: change("B") })).toEqual(["50.00", "50.00"]);
    expect(amounts({ facts: change("A") })).toEqual(["100.00"]);
  });

  it("costs as much for days at the end, or around a pause", () => {
    expect(amounts({ start: "2026-04-25" })).toEqual(["20.00"]);
    const pause = [
      { on: "2026-04-11", kind: "pause" },
      { on: "2026-04-21", kind: "resume" },
    ];
    expect(amounts({ facts: pause })).toEqual(["66.67"]);
    expect(amounts({ start: "2026-04-25", settings: { prorationMode: "full" } })).toEqual(["20.00"]);
  });

  it("is rated as a level of the whole period, before its share is taken", () => {
    const tiers = [
      { upTo: "60", unitPrice: "2.00" },
      { unitPrice: "1.00", fee: "10.00" },
    ];
    const usagePrice = { model: { kind: "volume", tiers }, minimum: "200.00" };
    expect(levels({ start: "2026-04-25", usagePrice })).toEqual([
      "40.00 latest 100: 100 × 1.00 + 10.00, for days 6 of 30 (0.200000000), raised to the minimum 200.00 × days 6 of 30, rounded once",
    ]);
  });

  it.each(["full", "prorated"])(
    "has its share of allowances and top-ups, with %s allowances",
    (allowance) => {
      const more = { included: "40" };
      const topUps = [
        { id: "t", subscription: "s", metric: "mbps", on: "2026-04-02", units: "30", price: "1.00" },
      ];
      expect(
        levels({
          ...{ facts: change("B", more), usagePrice: more, topUps },
          settings: { allowanceInPartialPeriod: allowance },
        }),
      ).toEqual(["30.00 latest 100 − 40 included: 60 × 1.00, for days 15 of 30 (0.500000000), rounded once"]);
    },
  );

  it("costs as much as a whole period where the price says so", () => {
    const usagePrice = { parts: "full" };
    expect(levels({ start: "2026-04-25", usagePrice })).toEqual([
      "100.00 latest 100: 100 × 1.00, rounded once",
    ]);
  });

  it("is no part of a sum, which is smaller by itself", () => {
    expect(amounts({ start: "2026-04-25", usagePrice: { aggregate: "sum" } })).toEqual(["600.00"]);
    expect(levels({ usagePrice: { aggregate: "sum", parts: "prorate" } })).toEqual([
      'subscriptions[0].terms.usage[0].parts: expected parts only with an aggregate that is a level: maximum, latest, percentile-95; found the aggregate "sum", of which each part of a period has its own: leave parts out',
    ]);
  });
});
