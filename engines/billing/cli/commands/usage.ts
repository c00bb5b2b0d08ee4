import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { Money } from "../../src/money/money.ts";
import { Rational } from "../../src/money/rational.ts";
import { aggregateUsage } from "../../src/usage/aggregate-usage.ts";
import { consumeAllowance } from "../../src/usage/consume-allowance.ts";
import { quantityText } from "../../src/usage/quantity-text.ts";
import { rateUsage } from "../../src/usage/rate-usage.ts";
import { ratedText } from "../../src/usage/rated.ts";
import { withinBounds } from "../../src/usage/within-bounds.ts";
import { printed } from "../schemas/printed.ts";
import { currency, quantity } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { usagePrice } from "../schemas/usage-price.ts";
import { command } from "./command.ts";

export const usage = command({
  name: "usage",
  summary: "the cost of measured quantities, period by period, with allowances carried over",
  example: {
    currency: "USD",
    price: {
      metric: "api-calls",
      model: { kind: "package", size: "100", price: "5.00" },
      included: "100",
    },
    periods: [{ quantities: ["201"] }],
  },
  input: (money) =>
    record({
      currency,
      price: usagePrice(money).describe("the plan's price of the metric"),
      periods: list(
        record({
          quantities: list(quantity).describe("the measured quantities, in the order of time"),
          toppedUp: quantity.default(Rational.zero).describe("extra units that were bought"),
        }),
      ).describe("periods one after the other"),
      settings: settingsOf("allowanceOrder", "percentileMethod", "feeAtZeroUsage"),
    }),
  output: output({
    metric: printed.text,
    periods: z.array(
      output({
        used: printed.quantity,
        fromRollover: printed.quantity,
        fromIncluded: printed.quantity,
        fromTopUp: printed.quantity,
        billable: printed.quantity,
        amount: printed.amount,
        explanation: printed.text,
      }),
    ),
  }),
  run({ currency, price, periods, settings }) {
    const used = periods.map(({ quantities }) =>
      aggregateUsage(price.aggregate, quantities, settings.percentileMethod),
    );
    const allowances = consumeAllowance(
      periods.map(({ toppedUp }, index) => ({
        index,
        included: price.included,
        rolloverPeriods: price.rolloverPeriods,
        used: used[index] ?? Rational.zero,
        toppedUp,
      })),
      settings.allowanceOrder,
    );
    return {
      metric: price.metric,
      periods: allowances.map(({ fromRollover, fromIncluded, fromTopUp, billable }, index) => {
        const quantities = periods[index]?.quantities ?? [];
        const rated = rateUsage(price.model, billable, quantities, currency, settings.feeAtZeroUsage);
        const bounded = withinBounds(rated, price);
        return {
          used: quantityText(used[index] ?? Rational.zero),
          fromRollover: quantityText(fromRollover),
          fromIncluded: quantityText(fromIncluded),
          fromTopUp: quantityText(fromTopUp),
          billable: quantityText(billable),
          amount: Money.rounded(bounded.minorUnits, currency),
          explanation: ratedText(bounded),
        };
      }),
    };
  },
});
