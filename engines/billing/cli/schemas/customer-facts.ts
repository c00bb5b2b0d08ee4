import { z } from "zod";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { date, id, wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import type { Currency } from "../../src/money/currency.ts";
import { TaxTable } from "../../src/tax/tax-table.ts";
import { billedLine } from "./billed-line.ts";
import { discountValue } from "./discount.ts";
import { amount, momentFields, momentOf, positiveAmount, quantity } from "./scalars.ts";
import { subscription } from "./subscription.ts";
import { exemptions, taxRules } from "./tax.ts";

/** The fields of all that is known of a customer, in one currency. */
export function customerFacts(money: Currency) {
  return {
    subscriptions: list(subscription(money)).default([]),
    usage: list(
      record({ ...momentFields, subscription: id, metric: id, quantity }).transform(
        ({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) }),
      ),
    ).default([]),
    topUps: list(
      record({
        ...momentFields,
        id,
        subscription: id,
        metric: id,
        units: quantity,
        price: positiveAmount(money),
      }).transform(({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) })),
    ).default([]),
    oneOffs: list(
      record({
        ...momentFields,
        id,
        description: z.string(),
        amount: positiveAmount(money),
        taxes: list(id).default([]),
      }).transform(({ on, at, ...fact }, context) => ({ ...fact, ...momentOf({ on, at }, context) })),
    ).default([]),
    discounts: list(
      record({
        id,
        value: discountValue(money),
        from: date,
        until: date.optional(),
        cycles: wholeNumber(1, 10_000).optional(),
        subscription: id.optional(),
      }),
    ).default([]),
    taxes: taxRules.default(TaxTable.of([])),
    exemptions: exemptions.default([]),
    blocks: list(record({ from: date, to: date.optional() })).default([]),
    billed: list(billedLine(money)).default([]),
    credited: list(
      record({
        line: id,
        net: positiveAmount(money),
        taxes: list(record({ code: id, amount: amount(money) })).default([]),
      }),
    ).default([]),
  };
}
