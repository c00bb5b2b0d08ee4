import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id } from "../../../base/cli/schemas/scalars.ts";
import { BillingFault } from "../../src/billing-fault.ts";
import { creditDocument } from "../../src/credits/credit-document.ts";
import { creditGross, creditNet } from "../../src/credits/credit-line.ts";
import { afterCredit, grossLeft, type LeftOfLine } from "../../src/credits/left-of-line.ts";
import type { Currency } from "../../src/money/currency.ts";
import { Money } from "../../src/money/money.ts";
import { requireDistinct } from "../../src/require-distinct.ts";
import { printed } from "../schemas/printed.ts";
import { currency, positiveAmount } from "../schemas/scalars.ts";
import { command } from "./command.ts";

export const credit = command({
  name: "credit",
  summary: "a credit note: what each line and tax gives back, never more than is left",
  example: {
    currency: "EUR",
    lines: [{ id: "fibre", net: "100.00", taxes: [{ code: "VAT", amount: "20.00" }] }],
    request: { kind: "document", amount: "60.00", basis: "gross" },
  },
  input: (money) => {
    const amounts = {
      net: positiveAmount(money),
      taxes: list(record({ code: id, amount: positiveAmount(money) })).default([]),
    };
    const basis = oneOf(["net", "gross"]).default("net");
    return record({
      currency,
      lines: list(record({ id, ...amounts })),
      /** Credits and adjustments that were given before. */
      earlier: list(record({ line: id, ...amounts })).default([]),
      request: kindOf(
        "kind",
        ["lines", "document", "everything"],
        [
          record({
            kind: z.literal("lines"),
            lines: list(record({ line: id, amount: positiveAmount(money), basis })),
          }),
          record({ kind: z.literal("document"), amount: positiveAmount(money), basis }),
          record({ kind: z.literal("everything") }),
        ],
      ),
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
  run({ currency, lines, earlier, request }) {
    requireDistinct("lines", lines);
    const left = lines.map((line) =>
      earlier.filter((credit) => credit.line === line.id).reduce(takeBack, startOf(line)),
    );
    for (const { line } of earlier) indexOf(line, lines);
    const credits =
      request.kind === "everything"
        ? left
        : request.kind === "document"
          ? creditDocument(left, request.amount.minor, request.basis)
          : ofLines(request.lines, lines, left);
    return present(lines, left, credits, currency);
  },
});

interface Line {
  readonly id: string;
  readonly net: Money;
  readonly taxes: readonly { readonly code: string; readonly amount: Money }[];
}

interface Left extends LeftOfLine {
  readonly codes: readonly string[];
}

function startOf({ net, taxes }: Line): Left {
  return {
    net: net.minor,
    taxes: taxes.map(({ amount }) => amount.minor),
    codes: taxes.map(({ code }) => code),
  };
}

function takeBack(left: Left, credit: Omit<Line, "id">): Left {
  const byCode = new Map(credit.taxes.map(({ code, amount }) => [code, amount.minor]));
  const taxes = left.codes.map((code) => byCode.get(code) ?? 0n);
  const after = afterCredit(left, { net: credit.net.minor, taxes });
  if (after.net < 0n || after.taxes.some((tax) => tax < 0n)) {
    throw new BillingFault(
      "CREDIT_EXCEEDS_LINE",
      "expected earlier credits of at most the line; found more: check earlier against lines",
    );
  }
  return { ...left, ...after };
}

function indexOf(id: string, lines: readonly Line[]): number {
  const index = lines.findIndex((line) => line.id === id);
  if (index >= 0) return index;
  throw new BillingFault(
    "FACTS_INVALID",
    `expected the id of one of the lines; found ${JSON.stringify(id)}: write one of ${lines.map(({ id }) => id).join(", ")}`,
  );
}

function ofLines(
  wanted: readonly { readonly line: string; readonly amount: Money; readonly basis: "net" | "gross" }[],
  lines: readonly Line[],
  left: readonly LeftOfLine[],
): LeftOfLine[] {
  const credits = left.map(({ taxes }): LeftOfLine => ({ net: 0n, taxes: taxes.map(() => 0n) }));
  for (const { line, amount, basis } of wanted) {
    const index = indexOf(line, lines);
    const before = credits[index] ?? { net: 0n, taxes: [] };
    const rest = afterCredit(left[index] ?? before, before);
    const further = basis === "net" ? creditNet(rest, amount.minor) : creditGross(rest, amount.minor);
    credits[index] = {
      net: before.net + further.net,
      taxes: before.taxes.map((tax, place) => tax + (further.taxes[place] ?? 0n)),
    };
  }
  return credits;
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
