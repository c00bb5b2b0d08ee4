import { list, record } from "../../../base/cli/schemas/record.ts";
import { date, id, text, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { TaxTable } from "../../src/tax/rules/tax-table.ts";
import { billedLine } from "./billed-line.ts";
import { discountValue } from "./discount.ts";
import { amount, momentFields, momentOf, positiveAmount, quantity } from "./scalars.ts";
import { subscription } from "./subscription.ts";
import { exemptions, taxRules } from "./tax.ts";

/** The fields of all that is known of a customer, in one currency. */
export function customerFacts(money: Currency) {
  return {
    subscriptions: list(subscription(money))
      .default([])
      .describe("services of the customer, also those that ended"),
    usage: list(
      record({ ...momentFields, subscription: id, metric: id, quantity }).transform(
        ({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) }),
      ),
    )
      .default([])
      .describe("the measured quantities"),
    topUps: list(
      record({
        ...momentFields,
        id,
        subscription: id,
        metric: id,
        units: quantity,
        price: positiveAmount(money),
      }).transform(({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) })),
    )
      .default([])
      .describe("extra units that were bought; they count towards no minimum"),
    oneOffs: list(
      record({
        ...momentFields,
        id,
        description: text("Installation", "name of the sold item on the invoice"),
        amount: positiveAmount(money),
        taxes: list(id).default([]).describe("codes of its taxes"),
      }).transform(({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) })),
    )
      .default([])
      .describe("the single sales"),
    discounts: list(
      record({
        id,
        value: discountValue(money).describe("how much it takes off"),
        from: date,
        until: date.optional(),
        cycles: wholeNumber(1, 10_000)
          .optional()
          .describe("number of cycles of each subscription; without it unlimited"),
        subscription: id.optional(),
      }),
    )
      .default([])
      .describe("coupons and agreed discounts, in the order in which they were given"),
    taxes: taxRules.default(TaxTable.of([])).describe("the rates of each tax, by date"),
    exemptions: exemptions.default([]).describe("taxes that the customer does not pay for some time"),
    blocks: list(record({ from: date, to: date.optional() }))
      .default([])
      .describe("dates on which dunning blocked the service"),
    billed: list(billedLine(money))
      .default([])
      .describe("every line of the customer's earlier invoices, as printed"),
    credited: list(
      record({
        line: id,
        net: positiveAmount(money),
        taxes: list(record({ code: id, amount: amount(money) }))
          .default([])
          .describe("the taxes that it took back"),
      }),
    )
      .default([])
      .describe("the amounts that credit notes took back of those lines"),
  };
}
