import { list, oneOf, openRecord } from "../../../base/cli/schemas/record.ts";
import { date, text } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { amount, percentageText } from "./scalars.ts";

/** A line as an earlier invoice printed it; what only people read in it is skipped. */
export function billedLine(money: Currency) {
  const value = amount(money);
  return openRecord({
    id: text("fibre|recurring|2026-03-01/2026-04-01", "id of the line"),
    key: text("fibre|recurring", "key of the item that the line pays for"),
    component: oneOf(["recurring", "usage", "minimum", "top-up", "one-off"]).describe(
      "the part of the price",
    ),
    subscription: text("fibre", "id of its subscription").optional(),
    description: text("fibre-100", "its name on the invoice"),
    from: date,
    to: date,
    stretches: list(openRecord({ from: date, to: date }))
      .min(
        1,
        "expected at least one stretch; found []: write it as printed, or leave stretches out for from and to",
      )
      .optional()
      .describe("the dates of the line when they are several periods"),
    taxDate: date,
    amount: value,
    discounts: list(openRecord({ id: text("welcome", "id of the discount"), amount: value })).describe(
      "the amounts that discounts took off",
    ),
    carriedCredit: value.optional().describe("the amount that credit notes of other lines took off"),
    net: value,
    taxes: list(
      openRecord({
        code: text("VAT", "code of the tax"),
        rate: percentageText,
        amount: value,
        exemption: text("reverse charge", "why it is not charged").optional(),
      }),
    ).describe("its taxes"),
    gross: value,
  });
}
