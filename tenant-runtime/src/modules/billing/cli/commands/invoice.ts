import { BillingZone } from "../../engine/cycles/billing-zone.ts";
import { draftInvoice } from "../../engine/invoice/draft-invoice.ts";
import { command } from "../command.ts";
import { customerFacts } from "../schemas/customer-facts.ts";
import { record } from "../schemas/record.ts";
import { currency, date, zone } from "../schemas/scalars.ts";
import { settings } from "../schemas/settings.ts";

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
      zone: zone.default(BillingZone.of("UTC")),
      target: date,
      ...customerFacts(money),
      settings,
    }),
  run: ({ target, settings, ...facts }) => draftInvoice(facts, target, settings),
});
