import { z } from "zod";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { Rational } from "../../src/money/rational.ts";
import { cycle } from "./cycle.ts";
import { moment, momentFields, momentOf, price, quantity } from "./scalars.ts";
import { usagePrice } from "./usage-price.ts";

/** A service from its start on, with what happened to it. */
export function subscription(money: Currency) {
  const terms = record({
    plan: id,
    price: price(money),
    quantity: quantity.default(Rational.one),
    minimum: price(money)
      .optional()
      .describe("minimum of price and usage for a full period, without top-ups"),
    usage: list(usagePrice(money)).default([]).describe("prices of usage"),
  });
  const facts = kindOf(
    "kind",
    ["change", "pause", "resume", "cancel", "realign"],
    [
      record({
        ...momentFields,
        kind: z.literal("change"),
        terms: terms.describe("the terms from then on"),
      }),
      record({ ...momentFields, kind: z.literal("pause") }),
      record({ ...momentFields, kind: z.literal("resume") }),
      record({ ...momentFields, kind: z.literal("cancel") }),
      record({
        ...momentFields,
        kind: z.literal("realign"),
        dayOfMonth: wholeNumber(1, 31).optional().describe("the new billing day of a cycle of months"),
        dayOfWeek: wholeNumber(1, 7)
          .optional()
          .describe("the new billing day of a cycle of weeks, 1 for Monday"),
      }),
    ],
  ).transform(({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) }));
  return record({
    id,
    cycle: cycle.describe("how often is billed"),
    timing: oneOf(["in-advance", "in-arrears"])
      .default("in-advance")
      .describe("whether a period is billed when it begins or when it is over"),
    start: moment.describe("when service begins"),
    trialEnd: moment.optional().describe("the first moment after a free trial"),
    terms: terms.describe("the terms from the start on"),
    facts: list(facts)
      .default([])
      .describe("the events of its life; the last of several at one time applies"),
    taxes: list(id).default([]).describe("codes of its taxes"),
  });
}
