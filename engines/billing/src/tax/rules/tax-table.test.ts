import { describe, expect, it } from "vitest";
import { LocalDate } from "../../../../calendar/src/local-date.ts";
import { run } from "../../../oracle/run.ts";
import { BillingFault } from "../../billing-fault.ts";
import { Rational } from "../../money/rational.ts";
import { TaxTable } from "./tax-table.ts";

const day = (text: string) => LocalDate.parse(text);
const always = day("2000-01-01");
const rule = (code: string, percent: bigint, compound = false) => ({
  code,
  rate: Rational.of(percent, 100n),
  from: always,
  compound,
});
const today = day("2026-03-01");

/** The fault of an action, with its code, its message and the paths. */
function faultOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (error instanceof BillingFault)
      return [error.code, error.message, error.details.map(({ path }) => path)];
    throw error;
  }
  return undefined;
}

describe("a table of taxes", () => {
  const gst = rule("GST", 5n);
  const qst = rule("QST", 10n, true);

  // 10 % of 105 % are 10.5 %.
  it.each<[string, codes: string[], exempt: string[], signatures: string[]]>([
    ["an ordinary tax", ["GST"], [], ["GST@5"]],
    ["a compound tax alone", ["QST"], [], ["QST@10"]],
    ["a compound tax on another", ["QST", "GST"], [], ["QST@10(10.5)", "GST@5"]],
    ["a compound tax on an exempt one", ["GST", "QST"], ["GST"], ["GST@0!exempt", "QST@10"]],
    ["an exempt compound tax", ["GST", "QST"], ["QST"], ["GST@5", "QST@0!exempt"]],
  ])("names code, rate, factor and exemption of %s in its signature", (_, codes, exempt, signatures) => {
    const exemptions = exempt.map((code) => ({ code, from: always, reason: "embassy" }));
    const rates = TaxTable.of([gst, qst]).ratesOn(today, codes, exemptions);
    expect(rates.map(({ signature }) => signature)).toEqual(signatures);
  });

  it("answers each customer by the own exemptions, in every order of the questions", () => {
    const table = TaxTable.of([gst]);
    const exemptionsFor = (reason: string) => [{ from: always, reason }];
    const reasonOf = (...reasons: string[]) =>
      table.ratesOn(today, ["GST"], reasons.flatMap(exemptionsFor)).map(({ exemption }) => exemption);
    expect(reasonOf("embassy")).toEqual(["embassy"]);
    expect(reasonOf()).toEqual([undefined]);
    expect(reasonOf("charity")).toEqual(["charity"]);
  });

  it.each([
    [["A", "B"], ["AB"]],
    [["A", "B"], ["A B"]],
    [["A", "B"], ["A,B"]],
    [["A", "B"], ['A","B']],
  ])("tells the taxes %j from %j", (two, one) => {
    const table = TaxTable.of([...two, ...one].map((code, place) => rule(code, BigInt(place))));
    const codesOf = (codes: string[]) => table.ratesOn(today, codes, []).map(({ code }) => code);
    expect(codesOf(two)).toEqual(two);
    expect(codesOf(one)).toEqual(one);
  });

  it.each([
    ["2010-12-31", "QST", false],
    ["2011-01-01", "QST", true],
    ["2012-12-31", "QST", true],
    ["2013-01-01", "QST", false],
    ["2014-01-01", "QST", false],
    ["2012-12-31", "GST", false],
    ["2012-12-31", "PST", false],
  ])("knows whether on %s the tax %s is compound: %s", (date, code, compound) => {
    const table = TaxTable.of([
      { ...rule("QST", 9n), from: day("2010-01-01"), until: day("2011-01-01") },
      { ...rule("QST", 10n, true), from: day("2011-01-01"), until: day("2013-01-01") },
      { ...rule("QST", 10n), from: day("2013-01-01"), until: day("2014-01-01") },
      gst,
    ]);
    expect(table.isCompoundOn(day(date), code)).toBe(compound);
  });

  it("refuses a code without a rule on the date", () => {
    expect(faultOf(() => TaxTable.of([gst]).ratesOn(today, ["GST", "PST"], []))).toEqual([
      "TAX_INVALID",
      'expected a rate of tax "PST" on 2026-03-01; found none: add a rule whose dates include it',
      [["taxes", 1]],
    ]);
  });

  it("refuses rules of one tax that overlap", () => {
    const later = { ...gst, from: day("2020-01-01") };
    expect(faultOf(() => TaxTable.of([gst, qst, later]))).toEqual([
      "TAX_INVALID",
      'expected one rate of tax "GST" at a time; found one from 2000-01-01 and one from 2020-01-01 that overlap: end the earlier rule (until) where the later one begins',
      [[2]],
    ]);
  });

  it("refuses a rule that ends before it begins", () => {
    const rules = [
      { code: "VAT", rate: "20", from: "2014-01-01" },
      { code: "GST", rate: "5", from: "2020-01-01", until: "2019-12-31" },
    ];
    expect(run("tax", { currency: "EUR", rules, date: "2026-03-01", lines: [] }).faults).toEqual([
      "rules[1].until: expected an end after rules[1].from, which is 2020-01-01; found 2019-12-31: exchange or correct them",
    ]);
  });
});
