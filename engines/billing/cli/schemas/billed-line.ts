import { z } from "zod";
import { list, oneOf } from "../../../base/cli/schemas/record.ts";
import { date } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { amount } from "./scalars.ts";

/** A line as an earlier invoice printed it; what only people read in it is skipped. */
export function billedLine(money: Currency) {
  const value = amount(money);
  return z.object({
    id: z.string(),
    key: z.string(),
    component: oneOf(["recurring", "usage", "minimum", "top-up", "one-off"]),
    subscription: z.string().optional(),
    description: z.string(),
    from: date,
    to: date,
    taxDate: date,
    amount: value,
    discounts: list(z.object({ id: z.string(), amount: value })),
    net: value,
    taxes: list(z.object({ code: z.string(), rate: z.string(), amount: value })),
    gross: value,
  });
}
