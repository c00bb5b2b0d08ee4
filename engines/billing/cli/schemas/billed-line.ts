import { z } from "zod";
import { list, oneOf } from "../../../base/cli/schemas/record.ts";
import { date } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { amount } from "./scalars.ts";

/** A line as an earlier invoice printed it; what only people read in it is skipped. */
export function billedLine(money: Currency) {
  const value = amount(money);
  return z.object({
    id: z.string().describe("id of the line"),
    key: z.string().describe("what the line pays for"),
    component: oneOf(["recurring", "usage", "minimum", "top-up", "one-off"]).describe(
      "which part of a price it is",
    ),
    subscription: z.string().optional().describe("id of its subscription"),
    description: z.string().describe("what it was called on the invoice"),
    from: date,
    to: date,
    taxDate: date,
    amount: value,
    discounts: list(z.object({ id: z.string().describe("id of the discount"), amount: value })).describe(
      "what discounts took off",
    ),
    net: value,
    taxes: list(
      z.object({
        code: z.string().describe("code of the tax"),
        rate: z.string().describe("percentage"),
        amount: value,
      }),
    ).describe("its taxes"),
    gross: value,
  });
}
