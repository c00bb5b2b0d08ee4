import { z } from "zod";
import { attempt } from "../../../base/cli/schemas/parsed.ts";
import { kindOf, list, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { id, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { Rational } from "../../src/money/rational.ts";
import { checkedTiers } from "../../src/usage/checked-tiers.ts";
import { aggregates, partsOfLevels, UsagePrice } from "../../src/usage/usage-price.ts";
import { percentage, price, quantity } from "./scalars.ts";

/** The price of a metric in a plan. */
export function usagePrice(money: Currency) {
  const rate = price(money);
  return record({
    metric: id,
    aggregate: oneOf(aggregates).default("sum").describe("how the quantities of a period become one"),
    model: priceModel(money).describe("how the quantity becomes money"),
    included: quantity.default(Rational.zero).describe("units of each period that cost nothing"),
    rolloverPeriods: wholeNumber(0, 120)
      .default(0)
      .describe("number of further periods, paused ones included, in which unused included units stay valid"),
    parts: oneOf(partsOfLevels)
      .optional()
      .describe(
        "whether a maximum, latest or percentile-95 in a part of a period costs its share of the days (prorate, if absent) or as much as in a whole period",
      ),
    minimum: rate.optional(),
    maximum: rate.optional(),
  }).transform((terms, context) => attempt(() => UsagePrice.of(terms), context));
}

function priceModel(money: Currency) {
  const rate = price(money);
  const tiers = list(record({ upTo: quantity.optional(), unitPrice: rate, fee: rate.optional() })).transform(
    (steps, context) => attempt(() => checkedTiers(steps), context),
  );
  return kindOf(
    "kind",
    ["flat", "graduated", "volume", "package", "percentage"],
    [
      record({ kind: z.literal("flat"), unitPrice: rate }),
      record({
        kind: z.literal("graduated"),
        tiers: tiers.describe("each part of the quantity at the price of its tier"),
      }),
      record({
        kind: z.literal("volume"),
        tiers: tiers.describe("all of the quantity at the price of the tier that it reaches"),
      }),
      record({ kind: z.literal("package"), size: quantity, price: rate }),
      record({
        kind: z.literal("percentage"),
        rate: percentage,
        feePerEvent: rate.optional(),
        freeEvents: wholeNumber(0, 1_000_000)
          .optional()
          .describe("the first so many events are free, as far as freeAmount lasts"),
        freeAmount: quantity.optional(),
      }),
    ],
  );
}
