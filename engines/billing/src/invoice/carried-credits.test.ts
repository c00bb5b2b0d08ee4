import { describe, expect, it } from "vitest";
import { run } from "../../oracle/run.ts";

const cycle = { unit: "month", alignment: { kind: "calendar" } };
const rule = (code: string, rate: string, more: object = {}) => ({ code, rate, from: "2014-01-01", ...more });
const vat = rule("VAT", "20");

interface Line {
  readonly id: string;
  readonly key: string;
  readonly amount: string;
  readonly carriedCredit?: string;
  readonly net: string;
  readonly taxes: readonly { readonly code: string; readonly amount: string }[];
  readonly gross: string;
  readonly explanation: string;
}

const monthly = (price: string, more: object = {}) => ({
  id: "fibre",
  cycle,
  start: { on: "2026-03-01" },
  terms: { plan: "fibre-100", price },
  taxes: ["VAT"],
  ...more,
});

function bill(subscription: object, more: object = {}): Line[] {
  const invoice = { currency: "EUR", target: "2026-03-31", subscriptions: [subscription], taxes: [vat] };
  return run("invoice", { ...invoice, ...more }).lines;
}

const note = ({ id: line }: Line, net: string, tax?: string) => ({
  line,
  net,
  taxes: tax === undefined ? [] : [{ code: "VAT", amount: tax }],
});

const sums = (lines: readonly Line[]) =>
  lines.map(({ amount, carriedCredit = "", net, gross }) => `${amount} (${carriedCredit}) ${net} ${gross}`);

/** The first bill, and the rest of the runs with the same credit notes, each of which is run twice. */
function after(first: readonly Line[], credited: readonly object[]) {
  const billed = [...first];
  return (subscription: object, more: object = {}): Line[] => {
    const lines = bill(subscription, { ...more, billed, credited });
    billed.push(...lines);
    expect(bill(subscription, { ...more, billed, credited })).toEqual([]);
    return lines;
  };
}

describe("a credit note of a line", () => {
  const [march] = bill(monthly("31.00")) as [Line];

  it("remains valid when its tax changes", () => {
    const lines = after([march], [note(march, "25.00", "5.00")])(monthly("31.00"), {
      taxes: [rule("VAT", "10")],
    });
    expect(sums(lines)).toEqual(["-31.00 (-25.00) -6.00 -7.20", "31.00 (25.00) 6.00 6.60"]);
    expect(lines.map(({ explanation }) => explanation)).toEqual([
      "billed 31.00, owed 0.00 (no longer owed): -31.00, of which 6.00 was left to give back; credit notes of 25.00 go over to the charge in its place",
      "full period of 31 days, rate 31.00; less credit notes of 25.00 that were given before",
    ]);
  });

  it("remains valid when another tax replaces its tax", () => {
    const lines = after([march], [note(march, "31.00", "6.20")])(monthly("31.00", { taxes: ["GST"] }), {
      taxes: [vat, rule("GST", "10")],
    });
    expect(sums(lines)).toEqual(["-31.00 (-31.00) 0.00 0.00", "31.00 (31.00) 0.00 0.00"]);
    expect(lines[0]?.explanation).toBe(
      "billed 31.00, owed 0.00 (no longer owed): -31.00, of which 0.00 was left to give back; credit notes of 31.00 go over to the charge in its place",
    );
  });

  it("remains valid when its price changes, up or down, several times", () => {
    const next = after([march], [note(march, "25.00", "5.00")]);
    expect(sums(next(monthly("62.00")))).toEqual([
      "-31.00 (-25.00) -6.00 -7.20",
      "62.00 (25.00) 37.00 44.40",
    ]);
    expect(sums(next(monthly("15.50")))).toEqual([
      "-52.50 (-15.50) -37.00 -44.40",
      "15.50 (15.50) 0.00 0.00",
    ]);
    // 9.50 of the credit is more than the price: it waits.
    expect(sums(next(monthly("40.00")))).toEqual([
      "-15.50 (-15.50) 0.00 0.00",
      "-9.50 (-9.50) 0.00 0.00",
      "40.00 (25.00) 15.00 18.00",
    ]);
    expect(sums(next(monthly("31.00")))).toEqual([
      "-40.00 (-25.00) -15.00 -18.00",
      "31.00 (25.00) 6.00 7.20",
    ]);
  });

  it("remains valid when another plan replaces a part", () => {
    const upgrade = { on: "2026-03-11", kind: "change", terms: { plan: "fibre-500", price: "62.00" } };
    const next = after([march], [note(march, "25.00", "5.00")]);
    // 10 of 31.00 are owed, 42.00 are new: 52.00 less 25.00 is 27.00, and 6.00 were paid.
    expect(sums(next(monthly("31.00", { facts: [upgrade] })))).toEqual([
      "-21.00 (-15.00) -6.00 -7.20",
      "42.00 (15.00) 27.00 32.40",
    ]);
    expect(sums(next(monthly("31.00")))).toEqual([
      "-42.00 (-15.00) -27.00 -32.40",
      "21.00 (15.00) 6.00 7.20",
    ]);
  });

  const moved = (on: string, dayOfMonth: number) => ({ facts: [{ on, kind: "realign", dayOfMonth }] });

  it("stays given when the billing day moves, and moves back", () => {
    const next = after([march], [note(march, "25.00", "5.00")]);
    // 10 of 31.00 are owed of March, 31.00 of the next period: 41.00 less 25.00 is 16.00, and 6.00 were paid.
    expect(sums(next(monthly("31.00", moved("2026-03-11", 11))))).toEqual([
      "-21.00 (-15.00) -6.00 -7.20",
      "31.00 (15.00) 16.00 19.20",
    ]);
    expect(sums(next(monthly("31.00")))).toEqual([
      "-31.00 (-15.00) -16.00 -19.20",
      "21.00 (15.00) 6.00 7.20",
    ]);
  });

  it("stays given of each period when the billing day moves, the earlier first, and goes no further than its dates", () => {
    const target = "2026-05-31";
    const billed = bill(monthly("31.00"), { target });
    const [first, april] = billed as [Line, Line, Line];
    const credited = [note(first, "31.00", "6.20"), note(april, "20.00", "4.00")];
    const next = after(billed, credited);
    expect(sums(next(monthly("31.00", moved("2026-03-16", 16)), { target }))).toEqual([
      "-31.00 (-20.00) -11.00 -13.20",
      "-31.00 () -31.00 -37.20",
      "-16.00 (-16.00) 0.00 0.00",
      "31.00 (31.00) 0.00 0.00",
      "31.00 (5.00) 26.00 31.20",
      "31.00 () 31.00 37.20",
    ]);
  });

  it("remains valid when prices include tax", () => {
    const settings = { prices: "inclusive" };
    const [first] = bill(monthly("37.20"), { settings }) as [Line];
    const lines = after([first], [note(first, "25.00", "5.00")])(monthly("37.20"), {
      settings,
      taxes: [rule("VAT", "10")],
    });
    expect(sums(lines)).toEqual(["-37.20 (-30.00) -6.00 -7.20", "37.20 (30.00) 6.55 7.20"]);
  });

  it("remains valid for an exempt customer who pays the net of a price that includes tax", () => {
    const settings = { prices: "inclusive", exemptPrice: "net" };
    const exemptions = [{ from: "2026-01-01", reason: "embassy" }];
    const [first] = bill(monthly("37.20"), { settings, exemptions }) as [Line];
    const next = after([first], [note(first, "15.00")]);
    const taxed = next(monthly("37.20"), { settings });
    expect(sums(taxed)).toEqual(["-37.20 (-18.00) -16.00 -16.00", "37.20 (18.00) 16.00 19.20"]);
    expect(taxed[0]?.explanation).toMatch(
      /; without 3.20 tax in it that is exempt; credit notes of 18.00 go/,
    );
    expect(sums(next(monthly("37.20"), { settings, exemptions }))).toEqual([
      "-37.20 (-18.00) -16.00 -19.20",
      "37.20 (18.00) 16.00 16.00",
    ]);
  });

  it("remains valid for an item that is sold once", () => {
    const sold = (taxes: string[], amount = "50.00") => ({
      oneOffs: [{ id: "router", on: "2026-03-05", description: "Router", amount, taxes }],
      taxes: [vat, rule("GST", "10")],
    });
    const [first] = run("invoice", { currency: "EUR", target: "2026-03-31", ...sold(["VAT"]) }).lines;
    const again = (facts: object) =>
      sums(
        run("invoice", {
          ...{
            currency: "EUR",
            target: "2026-03-31",
            billed: [first],
            credited: [note(first, "20.00", "4.00")],
          },
          ...facts,
        }).lines,
      );
    expect(again(sold(["GST"]))).toEqual(["-50.00 (-20.00) -30.00 -36.00", "50.00 (20.00) 30.00 33.00"]);
    expect(again(sold(["VAT"], "60.00"))).toEqual(["10.00 () 10.00 12.00"]);
    expect(again(sold(["VAT"], "10.00"))).toEqual(["-30.00 () -30.00 -36.00"]);
  });

  it("is not derived from a change between prices with tax and prices without it", () => {
    const [first] = bill(monthly("37.20"), { settings: { prices: "inclusive" } }) as [Line];
    expect(sums(after([first], [])(monthly("31.00")))).toEqual([
      "-37.20 () -31.00 -37.20",
      "31.00 () 31.00 37.20",
    ]);
  });

  it("is applied first to a line that differs only in its taxes", () => {
    const upgrade = { on: "2026-03-11", kind: "change", terms: { plan: "fibre-500", price: "62.00" } };
    const both = bill(monthly("31.00", { facts: [upgrade] }), { target: "2026-03-31" });
    expect(sums(both)).toEqual(["10.00 () 10.00 12.00", "42.00 () 42.00 50.40"]);
    const [, second] = both as [Line, Line];
    const lines = after(both, [note(second, "12.00", "2.40")])(monthly("31.00", { facts: [upgrade] }), {
      taxes: [rule("VAT", "10")],
    });
    expect(sums(lines)).toEqual([
      "-10.00 () -10.00 -12.00",
      "-42.00 (-12.00) -30.00 -36.00",
      "10.00 () 10.00 11.00",
      "42.00 (12.00) 30.00 33.00",
    ]);
  });

  it("is not applied to another period, another service or another price of the same period", () => {
    const metered = { plan: "fibre-100", price: "31.00", minimum: "100.00" };
    const cancelled = { facts: [{ on: "2026-03-11", kind: "cancel" }] };
    const minimum = { ...monthly("31.00", cancelled), terms: metered };
    const other = { ...monthly("20.00"), id: "voice" };
    const lines = run("invoice", {
      ...{ currency: "EUR", target: "2026-04-01", taxes: [vat], subscriptions: [minimum, other] },
      ...{ billed: [march], credited: [note(march, "25.00", "5.00")] },
    }).lines;
    expect(sums(lines).filter((line) => !line.includes("()"))).toEqual([]);
    expect(sums(lines)).toContain("-6.00 () -6.00 -7.20");
  });

  it("is refused when it takes back more tax than its line had", () => {
    const twice = [note(march, "1.00", "6.00"), note(march, "1.00", "0.21")];
    const facts = { currency: "EUR", target: "2026-03-31", taxes: [vat], subscriptions: [monthly("31.00")] };
    expect(run("invoice", { ...facts, billed: [march], credited: twice }).faults).toEqual([
      "credited[1].taxes[0].amount: expected at most the 0.20 that earlier credit notes left of the line; found 0.21: remove the repeated entry",
    ]);
  });
});
