import { z } from "zod";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { Rational } from "../../src/money/rational.ts";
import { cycle } from "./cycle.ts";
import { momentFields, momentOf, price, quantity } from "./scalars.ts";
import { usagePrice } from "./usage-price.ts";

/** A service from its start on, with what happened to it. */
export function subscription(money: Currency) {
  const terms = record({
    plan: id,
    price: price(money),
    quantity: quantity.default(Rational.one),
    minimum: price(money).optional(),
    usage: list(usagePrice(money)).default([]),
  });
  const moment = record(momentFields).transform((fields, context) => momentOf(fields, context));
  const facts = kindOf(
    "kind",
    ["change", "pause", "resume", "cancel", "realign"],
    [
      record({ ...momentFields, kind: z.literal("change"), terms }),
      record({ ...momentFields, kind: z.literal("pause") }),
      record({ ...momentFields, kind: z.literal("resume") }),
      record({ ...momentFields, kind: z.literal("cancel") }),
      record({
        ...momentFields,
        kind: z.literal("realign"),
        dayOfMonth: wholeNumber(1, 31).optional(),
        dayOfWeek: wholeNumber(1, 7).optional(),
      }),
    ],
  ).transform(({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) }));
  return record({
    id,
    cycle,
    timing: oneOf(["in-advance", "in-arrears"]).default("in-advance"),
    start: moment,
    trialEnd: moment.optional(),
    terms,
    facts: list(facts).default([]),
    taxes: list(id).default([]),
  });
}
