import { describe, expect, it } from "vitest";
import { runCommand } from "../../base/cli/run-command.ts";
import { describeProgram } from "../../base/cli/testing/describe-program.ts";
import { run } from "../oracle/run.ts";
import { commands } from "./commands.ts";
import { billing } from "./program.ts";

describeProgram(billing, [
  "EUR",
  "JPY",
  "-1",
  "0",
  "1e9",
  "99999999999999999999",
  "2026-02-30",
  "2199-12-31",
  "1900-01-01",
  "month",
  "anniversary",
  "everything",
  "second",
  "fixed-30-days",
  "Europe/Paris",
  "0.000000000000000001",
]);

describe("bad input", () => {
  it("has every fault named at its path, with what to write instead", () => {
    const { faults } = run("invoice", {
      currency: "EURO",
      target: "2026-02-30",
      subscriptions: [
        {
          id: "",
          cycle: { unit: "months", count: 0 },
          start: {},
          terms: { plan: "p", price: 5, quantity: "-1" },
        },
      ],
      taxes: [{ code: "VAT", rate: "120", from: "2020-01-01", compound: "yes" }],
      settings: { prorationMode: "weekly", billWhileBlocked: "no" },
    });
    expect(faults.map((fault: string) => fault.split(": ")[0])).toEqual([
      "currency",
      "target",
      "subscriptions[0].id",
      "subscriptions[0].cycle.unit",
      "subscriptions[0].cycle.count",
      "subscriptions[0].start",
      "subscriptions[0].terms.price",
      "subscriptions[0].terms.quantity",
      "taxes[0].rate",
      "taxes[0].compound",
      "settings.prorationMode",
      "settings.billWhileBlocked",
    ]);
    for (const fault of faults) expect(fault).toMatch(/expected /);
  });

  it.each<[string, unknown, RegExp]>([
    ["allocate", [], /^: expected an object with the fields currency, total, weights; found \[\]/],
    [
      "allocate",
      { currency: "EUR", total: "1.00" },
      /^weights: expected a list; found nothing: write \[...\]/,
    ],
    [
      "allocate",
      { currency: "EUR", total: "1.001", weights: [] },
      /^total: expected an amount of EUR with at most 2 decimals; found "1.001"/,
    ],
    [
      "allocate",
      { currency: "JPY", total: "1.5", weights: ["1"] },
      /^total: expected an amount of JPY with at most 0 decimals/,
    ],
    [
      "allocate",
      { currency: "EUR", total: 1, weights: ["1"] },
      /^total: expected a string, such as "12.34" \(amount of EUR\); found 1: write a string/,
    ],
    [
      "allocate",
      { currency: "EUR", total: "1.00", weights: ["0"] },
      /^weights: expected at least one weight above 0/,
    ],
    [
      "periods",
      { cycle: { unit: "month" }, start: { on: "2026-01-01", at: "2026-01-01T00:00:00Z" } },
      /^start: expected either "on" \(a date\) or "at" \(an instant\); found both/,
    ],
    [
      "periods",
      { cycle: { unit: "month" }, start: { on: "2026-01-01" }, count: 1.5 },
      /^count: expected a whole number from 1 to 1200; found 1.5/,
    ],
    [
      "usage",
      { currency: "EUR", price: { metric: "m", model: { kind: "cheap" } }, periods: [] },
      /^price.model(.kind)?: expected an object whose kind is one of flat, graduated, volume, package, percentage; found/,
    ],
    [
      "prorate",
      { currency: "EUR", price: "-1", period: { from: "2026-01-02", to: "2026-01-01" }, service: [] },
      /^price: expected 0 or more; found "-1"/,
    ],
  ])("%s %j", (name, input, message) => {
    expect(run(name, input).faults[0]).toMatch(message);
  });

  it("that is no JSON is shown back", () => {
    const [first] = commands;
    if (first === undefined) throw new Error("no commands");
    const answer = runCommand(first, '{"cycle": '.padEnd(80, "x"));
    expect(answer).toMatchObject({
      kind: "refused",
      faults: [
        {
          path: "",
          message: expect.stringMatching(/^expected one JSON object on standard input; found "\{.*\.\.\./),
        },
      ],
    });
  });
});
