import { describe, expect, it } from "vitest";
import { helpText, inputSchema } from "../../base/cli/help-text.ts";
import { textOf } from "../../base/cli/reading/text-of.ts";
import { answerOf, runCommand } from "../../base/cli/run-command.ts";
import { describeProgram } from "../../base/cli/testing/describe-program.ts";
import { run } from "../oracle/run.ts";
import { defaultSettings } from "../src/settings.ts";
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

describe("the help of a command", () => {
  it.each(commands)("$name explains each field, and lists only its own settings", (command) => {
    const schema = inputSchema(command.input, command.example) as Schema;
    expect(fieldsWithoutMeaning(schema, schema.$defs ?? {}, command.name)).toEqual([]);
    expect(helpText("billing", command)).not.toContain('"shown"');
  });

  it.each([
    ["periods", ["trialAnchor"]],
    ["discount", ["discountOrder", "percentageStacking"]],
    ["tax", ["taxRounding", "taxRoundingMode", "prices", "inclusiveRounding", "exemptPrice"]],
    ["prepaid", ["renewalFrom"]],
  ])("%s has the settings %j", (name, settings) => {
    const command = commands.find((one) => one.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    const schema = inputSchema(command.input, command.example) as Schema;
    expect(Object.keys(schema.properties?.settings?.properties ?? {})).toEqual(settings);
  });

  it("may be given all settings of a tenant", () => {
    const input = { currency: "EUR", date: "2026-01-01", rules: [], lines: [], settings: defaultSettings };
    expect(run("tax", input)).toMatchObject({ gross: "0.00" });
  });
});

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Record<string, Schema>;
  readonly description?: string;
  readonly const?: unknown;
  readonly properties?: Record<string, Schema>;
}

/** The paths of fields whose schema, or what it refers to, has no description. */
function fieldsWithoutMeaning(schema: unknown, shared: Record<string, Schema>, path: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {} } = schema as Schema;
  const own = Object.entries(properties).filter(([, field]) => !hasMeaning(field, shared));
  return [
    ...own.map(([name]) => `${path}.${name}`),
    ...Object.entries(schema).flatMap(([name, part]) =>
      fieldsWithoutMeaning(part, shared, `${path}.${name}`),
    ),
  ];
}

function hasMeaning(field: Schema | undefined, shared: Record<string, Schema>): boolean {
  if (field === undefined) return false;
  if (field.description !== undefined || field.const !== undefined) return true;
  return hasMeaning(shared[field.$ref?.split("/").at(-1) ?? ""], shared);
}

describe("bad input", () => {
  it("gets a fault for each wrong value at its path, with advice", () => {
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

  it.each<[string, string, Buffer, RegExp]>([
    [
      "a byte order mark",
      "allocate",
      Buffer.from('\ufeff{"currency": "EUR", "total": "1.00", "weights": ["1"]}'),
      /found a byte order mark/,
    ],
    [
      "Latin-1, in which two ids would become one",
      "discount",
      Buffer.from('{"currency": "EUR", "lines": [{"id": "caf\u00e9"}, {"id": "caf\u00e8"}]}', "latin1"),
      /expected text in UTF-8; found the octet e9/,
    ],
    [
      "20,000 brackets",
      "allocate",
      Buffer.from(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
      /at most 100 objects and lists within each other/,
    ],
  ])("that is %s is refused by %s", (_, name, octets, message) => {
    const command = commands.find((one) => one.name === name);
    if (command === undefined) throw new Error(`no command ${name}`);
    expect(answerOf(() => runCommand(command, textOf(octets)))).toMatchObject({
      kind: "refused",
      faults: [{ path: "", message: expect.stringMatching(message) }],
    });
  });

  it("is answered also in an input of many records", () => {
    const usage = Array.from({ length: 150_000 }, () => ({
      on: "2026-03-05",
      subscription: "a",
      metric: "nothing",
      quantity: "1",
    }));
    const subscriptions = [
      {
        id: "a",
        cycle: { unit: "month" },
        start: { on: "2026-03-01" },
        terms: { plan: "p", price: "1.00" },
      },
    ];
    const { unbilled } = run("invoice", { currency: "EUR", target: "2026-04-01", subscriptions, usage });
    expect(unbilled).toHaveLength(usage.length);
  });

  it("is quoted when it is not JSON", () => {
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
