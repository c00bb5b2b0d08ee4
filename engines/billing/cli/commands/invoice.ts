import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { record } from "../../../base/cli/schemas/record.ts";
import { date, zone } from "../../../base/cli/schemas/scalars.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { draftInvoice } from "../../src/invoice/draft-invoice.ts";
import { roundToCash } from "../../src/money/cash-rounding.ts";
import { customerFacts } from "../schemas/customer-facts.ts";
import { printed, printedCash, printedTax, printedTaxTotal } from "../schemas/printed.ts";
import { currency, smallestCoin } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const invoice = command({
  name: "invoice",
  summary: "the lines that a customer owes by a date and that were not billed yet",
  example: {
    currency: "EUR",
    target: "2026-03-01",
    subscriptions: [
      {
        id: "fibre-1",
        cycle: { unit: "month", alignment: { kind: "calendar" } },
        start: { on: "2026-03-01" },
        terms: { plan: "fibre-100", price: "59.90" },
      },
    ],
  },
  input: (money) =>
    record({
      currency,
      zone: zone.default(Zone.of("UTC")),
      target: date,
      ...customerFacts(money),
      cashRounding: smallestCoin(money).optional(),
      settings: settingsOf(
        "prorationMode",
        "prorationUnit",
        "dayOfChange",
        "dayOfTermination",
        "trialAnchor",
        "usageInTrial",
        "taxRounding",
        "taxRoundingMode",
        "prices",
        "inclusiveRounding",
        "exemptPrice",
        "taxPoint",
        "discountOrder",
        "percentageStacking",
        "unusedOnceAmount",
        "allowanceInPartialPeriod",
        "feeAtZeroUsage",
        "allowanceOrder",
        "percentileMethod",
        "billWhileBlocked",
        "blockedCredit",
      ),
    }),
  output: output({
    lines: z.array(
      output({
        id: printed.text,
        key: printed.text.meta({ description: "lines with one key are for one item and add up" }),
        kind: z.enum(["charge", "adjustment"]),
        component: z.enum(["recurring", "usage", "minimum", "top-up", "one-off"]),
        subscription: printed.text.optional(),
        description: printed.text,
        from: printed.date,
        to: printed.date,
        stretches: z
          .array(output({ from: printed.date, to: printed.date }))
          .optional()
          .meta({ description: "the dates of the line when they are several periods" }),
        due: printed.date,
        taxDate: printed.date,
        amount: printed.amount.meta({ description: "before discounts" }),
        discounts: z.array(output({ id: printed.text, amount: printed.amount })),
        carriedCredit: printed.amount.optional().meta({
          description:
            "credits carried over from the lines that this line replaces; negative: carried over to the line that replaces it",
        }),
        net: printed.amount,
        taxes: z.array(printedTax),
        gross: printed.amount,
        explanation: printed.text,
      }),
    ),
    taxes: z.array(printedTaxTotal),
    discount: printed.amount,
    net: printed.amount,
    tax: printed.amount,
    gross: printed.amount,
    ...printedCash,
    unbilled: z.array(
      output({
        subscription: printed.text,
        id: printed.text.optional().meta({ description: "of a top-up" }),
        metric: printed.text,
        quantity: printed.quantity,
        date: printed.date,
        reason: printed.text,
      }),
    ),
  }),
  run({ target, settings, cashRounding, ...facts }) {
    const drafted = draftInvoice(facts, target, settings);
    return cashRounding === undefined ? drafted : { ...drafted, ...roundToCash(drafted.gross, cashRounding) };
  },
});
