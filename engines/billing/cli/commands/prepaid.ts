import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { date, instant, trueOrFalse, zone } from "../../../base/cli/schemas/scalars.ts";
import { Zone } from "../../../calendar/src/zone.ts";
import { walletOn } from "../../src/prepaid/wallet-on.ts";
import { renewalTerm } from "../schemas/cycle.ts";
import { printed } from "../schemas/printed.ts";
import { currency, momentFields, momentOf, positiveAmount } from "../schemas/scalars.ts";
import { settingsOf } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const prepaid = command({
  name: "prepaid",
  summary: "a wallet on a date: balance, expiry and the periods that it bought",
  example: {
    currency: "EUR",
    service: { price: "30.00", cycle: { unit: "month" }, partialRenewal: true },
    payments: [{ on: "2026-03-10", amount: "30.00" }],
    date: "2026-03-31",
  },
  input: (money) =>
    record({
      currency,
      service: record({
        price: positiveAmount(money),
        cycle: renewalTerm.describe("how long a renewal lasts"),
        partialRenewal: trueOrFalse
          .default(false)
          .describe(
            "false: less than the price buys nothing and stays in the wallet; true: it buys as many whole days (hours of a cycle by the hour) of the period as it pays for, each at its share of the price, and the rest stays in the wallet",
          ),
      })
        .transform(({ cycle, ...service }) => ({ ...service, term: cycle }))
        .describe("the charges that the wallet pays"),
      payments: list(
        record({ ...momentFields, amount: positiveAmount(money) }).transform(
          ({ on, at, ...payment }, context) => ({ ...payment, ...momentOf({ on, at }, context) }),
        ),
      ).describe("money that came into the wallet"),
      zone: zone.default(Zone.of("UTC")),
      date: date.optional().describe("report the end of this date"),
      at: instant.optional().describe("report this instant, instead of a date"),
      settings: settingsOf("renewalFrom"),
    }).transform(({ date: on, at, ...input }, context) => ({
      ...input,
      moment: momentOf({ on, at }, context, "date"),
    })),
  output: output({
    balance: printed.amount,
    expires: printed.dateOrInstant.nullable(),
    active: z.boolean(),
    renewals: z.array(
      output({
        on: printed.dateOrInstant.meta({ description: "when the balance paid for it" }),
        from: printed.dateOrInstant,
        to: printed.dateOrInstant,
        cost: printed.amount,
        explanation: printed.text,
      }),
    ),
  }),
  run({ service, payments, moment, zone, settings }) {
    const { expires, ...state } = walletOn(moment, payments, service, zone, settings);
    return { ...state, expires: expires ?? null };
  },
});
