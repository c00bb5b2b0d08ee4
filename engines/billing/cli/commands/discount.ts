import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { id } from "../../../base/cli/schemas/scalars.ts";
import { InputChecks } from "../../../base/src/input-checks.ts";
import { stackDiscounts } from "../../src/discounts/stack-discounts.ts";
import { Money } from "../../src/money/money.ts";
import { discountValue } from "../schemas/discount.ts";
import { printed } from "../schemas/printed.ts";
import { currency, positiveAmount } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const discount = command({
  name: "discount",
  summary: "discounts stacked in order and spread over lines before tax",
  example: {
    currency: "EUR",
    lines: [
      { id: "fibre", amount: "40.00" },
      { id: "voice", amount: "20.00" },
    ],
    discounts: [{ id: "welcome", value: { kind: "amount", amount: "10.00" } }],
  },
  input: (money) =>
    record({
      currency,
      lines: list(record({ id, amount: positiveAmount(money) })).describe(
        "the billed lines, before discounts",
      ),
      discounts: list(
        record({
          id,
          value: discountValue(money).describe("how much it takes off"),
          lines: list(id)
            .min(
              1,
              "expected at least one line; found [], which takes off nothing: name the lines that it is on, or leave lines out for all",
            )
            .optional()
            .describe("the only lines that it applies to; without them all"),
        }),
      ).describe("in the order in which they were given"),
      settings: settingsOf("discountOrder", "percentageStacking"),
    }),
  output: output({
    lines: z.array(
      output({
        id: printed.text,
        amount: printed.amount,
        discounts: z.array(output({ id: printed.text, amount: printed.amount })),
        net: printed.amount,
      }),
    ),
    discount: printed.amount,
    net: printed.amount,
    left: z
      .array(output({ id: printed.text, amount: printed.amount }))
      .describe(
        "the parts of the discounts' amounts that could not be taken off; invoices treat it as unusedOnceAmount says",
      ),
  }),
  run({ currency, lines, discounts, settings }) {
    requireConsistent(lines, discounts);
    const amounts = lines.map(({ amount }) => amount.minor);
    const stacked = discounts.map(({ value, lines: only }) => ({
      value,
      applies: lines.map((line) => only === undefined || only.includes(line.id)),
    }));
    const taken = stackDiscounts(amounts, stacked, settings);
    const money = (minor: bigint) => Money.of(minor, currency);
    const offLine = (line: number) => taken.reduce((sum, parts) => sum + (parts[line] ?? 0n), 0n);
    const total = amounts.reduce((sum, _, line) => sum + offLine(line), 0n);
    return {
      lines: lines.map(({ id, amount }, line) => ({
        id,
        amount,
        discounts: discounts.map((one, index) => ({ id: one.id, amount: money(taken[index]?.[line] ?? 0n) })),
        net: money(amount.minor - offLine(line)),
      })),
      discount: money(total),
      left: discounts.flatMap(({ id, value }, index) => {
        if (value.kind !== "amount") return [];
        const used = (taken[index] ?? []).reduce((sum, part) => sum + part, 0n);
        return used === value.amount.minor ? [] : [{ id, amount: money(value.amount.minor - used) }];
      }),
      net: money(amounts.reduce((sum, one) => sum + one, 0n) - total),
    };
  },
});

/** @throws FactsFault where ids are there twice, or a discount names a line that is not there. */
function requireConsistent(
  lines: readonly { readonly id: string }[],
  discounts: readonly { readonly id: string; readonly lines?: readonly string[] | undefined }[],
): void {
  const checks = new InputChecks();
  const ids = new Set(lines.map(({ id }) => id));
  checks.distinct(["lines"], lines, ({ id }) => id);
  checks.distinct(["discounts"], discounts, ({ id }) => id);
  for (const [index, { lines: only = [] }] of discounts.entries()) {
    const path = ["discounts", index, "lines"];
    checks.distinct(path, only, (line) => line, []);
    for (const [place, line] of only.entries()) {
      checks.known([...path, place], line, ids, "ids of the lines");
    }
  }
  checks.done();
}
