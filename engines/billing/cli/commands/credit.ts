import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import type { Path } from "../../../base/src/path.ts";
import { quoted } from "../../../base/src/quoted.ts";
import { BillingFault } from "../../src/billing-fault.ts";
import { creditDocument } from "../../src/credits/credit-document.ts";
import { creditGross, creditNet } from "../../src/credits/credit-line.ts";
import { afterCredit, grossLeft, type LeftOfLine } from "../../src/credits/left-of-line.ts";
import type { Currency } from "../../src/money/currency.ts";
import { Money } from "../../src/money/money.ts";
import type { BillingSettings } from "../../src/settings.ts";
import { printed } from "../schemas/printed.ts";
import { currency, positiveAmount } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const credit = command({
  name: "credit",
  summary: "a credit note: the amount that each line and tax gives back, at most the rest of the line",
  example: {
    currency: "EUR",
    lines: [{ id: "fibre", net: "100.00", taxes: [{ code: "VAT", amount: "20.00" }] }],
    request: { kind: "document", amount: "60.00", basis: "gross" },
  },
  input: (money) => {
    const amounts = {
      net: positiveAmount(money),
      taxes: list(record({ code: id, amount: positiveAmount(money) }))
        .default([])
        .describe("the taxes of the line"),
    };
    const basis = oneOf(["net", "gross"])
      .default("net")
      .describe("whether the amount is without tax or with it");
    return record({
      currency,
      lines: list(record({ id, ...amounts })).describe("the lines of the invoice"),
      earlier: list(record({ line: id, ...amounts }))
        .default([])
        .describe("credits and adjustments that were given before"),
      request: kindOf(
        "kind",
        ["lines", "document", "everything"],
        [
          record({
            kind: z.literal("lines"),
            lines: list(record({ line: id, amount: positiveAmount(money), basis }))
              .min(
                1,
                'expected at least one line to credit; found []: name the lines, or write {"kind": "everything"} for all that is left',
              )
              .describe("the amount to credit of each line"),
          }),
          record({ kind: z.literal("document"), amount: positiveAmount(money), basis }),
          record({ kind: z.literal("everything") }),
        ],
      ).describe("the things to credit: single lines, an amount of the document, or all that is left"),
      settings: settingsOf("inclusiveRounding"),
    });
  },
  output: output({
    lines: z.array(
      output({
        id: printed.text,
        net: printed.amount,
        taxes: z.array(output({ code: printed.text, amount: printed.amount })),
        gross: printed.amount,
        left: output({ net: printed.amount, gross: printed.amount }),
      }),
    ),
    net: printed.amount,
    tax: printed.amount,
    gross: printed.amount,
  }),
  run({ currency, lines, earlier, request, settings }) {
    requireConsistent(lines, earlier, request.kind === "lines" ? request.lines : []);
    const left = leftAfter(earlier, lines);
    return present(lines, left, creditsOf(request, lines, left, settings), currency);
  },
});

interface Line {
  readonly id: string;
  readonly net: Money;
  readonly taxes: readonly { readonly code: string; readonly amount: Money }[];
}

type Earlier = Omit<Line, "id"> & { readonly line: string };

interface Wanted {
  readonly line: string;
  readonly amount: Money;
  readonly basis: "net" | "gross";
}

type Settings = Pick<BillingSettings, "inclusiveRounding">;

type Request =
  | { readonly kind: "everything" }
  | ({ readonly kind: "document" } & Omit<Wanted, "line">)
  | { readonly kind: "lines"; readonly lines: readonly Wanted[] };

/** @throws FactsFault where ids are there twice, or a note names a line or a tax that is not there. */
function requireConsistent(
  lines: readonly Line[],
  earlier: readonly Earlier[],
  wanted: readonly Wanted[],
): void {
  const checks = new InputChecks();
  const taxesOf = new Map(lines.map(({ id, taxes }) => [id, new Set(taxes.map(({ code }) => code))]));
  const ids = new Set(taxesOf.keys());
  checks.distinct(["lines"], lines, ({ id }) => id);
  for (const [index, { taxes }] of lines.entries()) {
    checks.distinct(["lines", index, "taxes"], taxes, ({ code }) => code, ["code"]);
  }
  for (const [index, { line, taxes }] of earlier.entries()) {
    const path = ["earlier", index];
    const codes = taxesOf.get(line);
    checks.known([...path, "line"], line, ids, "ids of the lines");
    checks.distinct([...path, "taxes"], taxes, ({ code }) => code, ["code"]);
    for (const [place, { code, amount }] of taxes.entries()) {
      if (codes === undefined || amount.isZero()) continue;
      checks.known([...path, "taxes", place, "code"], code, codes, "taxes of its line");
    }
  }
  for (const [index, { line }] of wanted.entries()) {
    checks.known(["request", "lines", index, "line"], line, ids, "ids of the lines");
  }
  checks.done();
}

/** The remainder of each line after earlier credits. */
function leftAfter(earlier: readonly Earlier[], lines: readonly Line[]): LeftOfLine[] {
  const left = lines.map(
    ({ net, taxes }): LeftOfLine => ({
      net: net.minor,
      taxes: taxes.map(({ amount }) => amount.minor),
    }),
  );
  const places = new Map(lines.map(({ id }, index) => [id, index]));
  for (const [index, credit] of earlier.entries()) {
    const place = places.get(credit.line) ?? 0;
    const line = lines[place];
    const before = left[place];
    if (line !== undefined && before !== undefined)
      left[place] = takeBack(before, credit, line, ["earlier", index]);
  }
  return left;
}

function takeBack(left: LeftOfLine, credit: Earlier, line: Line, path: Path): LeftOfLine {
  const byCode = new Map(credit.taxes.map(({ code, amount }) => [code, amount.minor]));
  const taxes = line.taxes.map(({ code }) => byCode.get(code) ?? 0n);
  const after = afterCredit(left, { net: credit.net.minor, taxes });
  if (after.net < 0n) throw tooMuch("net", left.net, credit.net, [...path, "net"]);
  for (const [index, { code, amount }] of credit.taxes.entries()) {
    const place = line.taxes.findIndex((tax) => tax.code === code);
    const most = left.taxes[place] ?? 0n;
    if (amount.minor > most) throw tooMuch(quoted(code), most, amount, [...path, "taxes", index, "amount"]);
  }
  return after;
}

/** @param part of the line: its net, or one of its taxes */
function tooMuch(part: string, most: bigint, found: Money, path: Path): BillingFault {
  return new BillingFault(
    "CREDIT_EXCEEDS_LINE",
    `expected earlier credits of at most the line, of whose ${part} ${found.withMinor(most)} ${found.currency.code} is left; found ${found}: check earlier against lines`,
    path,
  );
}

function creditsOf(
  request: Request,
  lines: readonly Line[],
  left: readonly LeftOfLine[],
  settings: Settings,
): readonly LeftOfLine[] {
  switch (request.kind) {
    case "everything":
      return left;
    case "document":
      return ofDocument(request, left, settings);
    case "lines":
      return ofLines(request.lines, lines, left, settings);
  }
}

function ofDocument(
  { amount, basis }: Omit<Wanted, "line">,
  left: readonly LeftOfLine[],
  { inclusiveRounding }: Settings,
): LeftOfLine[] {
  const most = left.reduce((sum, line) => sum + sizeOf(line, basis), 0n);
  requireLeft(amount, most, ["request", "amount"]);
  return creditDocument(left, amount.minor, basis, inclusiveRounding);
}

function ofLines(
  wanted: readonly Wanted[],
  lines: readonly Line[],
  left: readonly LeftOfLine[],
  { inclusiveRounding }: Settings,
): LeftOfLine[] {
  const places = new Map(lines.map(({ id }, index) => [id, index]));
  const credits = left.map(({ taxes }): LeftOfLine => ({ net: 0n, taxes: taxes.map(() => 0n) }));
  for (const [index, { line, amount, basis }] of wanted.entries()) {
    const place = places.get(line) ?? 0;
    const before = credits[place] ?? { net: 0n, taxes: [] };
    const rest = afterCredit(left[place] ?? before, before);
    requireLeft(amount, sizeOf(rest, basis), ["request", "lines", index, "amount"]);
    const further =
      basis === "net" ? creditNet(rest, amount.minor) : creditGross(rest, amount.minor, inclusiveRounding);
    credits[place] = {
      net: before.net + further.net,
      taxes: before.taxes.map((tax, at) => tax + (further.taxes[at] ?? 0n)),
    };
  }
  return credits;
}

function sizeOf(left: LeftOfLine, basis: Wanted["basis"]): bigint {
  return basis === "net" ? left.net : grossLeft(left);
}

function requireLeft(amount: Money, most: bigint, path: Path): void {
  if (amount.minor <= most) return;
  throw new BillingFault(
    "CREDIT_EXCEEDS_LINE",
    `expected a credit from 0 to the ${amount.withMinor(most)} ${amount.currency.code} that is left; found ${amount}: earlier credits, discounts and adjustments count against it`,
    path,
  );
}

function present(
  lines: readonly Line[],
  left: readonly LeftOfLine[],
  credits: readonly LeftOfLine[],
  currency: Currency,
) {
  const money = (minor: bigint) => Money.of(minor, currency);
  const sumOf = (pick: (credit: LeftOfLine) => bigint) => credits.reduce((sum, one) => sum + pick(one), 0n);
  const net = sumOf((one) => one.net);
  const gross = sumOf(grossLeft);
  return {
    lines: lines.map(({ id, taxes }, index) => {
      const given = credits[index] ?? { net: 0n, taxes: [] };
      const rest = afterCredit(left[index] ?? given, given);
      return {
        id,
        net: money(given.net),
        taxes: taxes.map(({ code }, place) => ({ code, amount: money(given.taxes[place] ?? 0n) })),
        gross: money(grossLeft(given)),
        left: { net: money(rest.net), gross: money(grossLeft(rest)) },
      };
    }),
    net: money(net),
    tax: money(gross - net),
    gross: money(gross),
  };
}
