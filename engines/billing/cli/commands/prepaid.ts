import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { date } from "../../../base/cli/schemas/scalars.ts";
import { walletOn } from "../../src/prepaid/wallet-on.ts";
import { cycle } from "../schemas/cycle.ts";
import { printed } from "../schemas/printed.ts";
import { currency, positiveAmount } from "../schemas/scalars.ts";
import { settings } from "../schemas/settings.ts";
import { command } from "./command.ts";

export const prepaid = command({
  name: "prepaid",
  summary: "a wallet on a date: balance, expiry and what it bought",
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
        cycle,
        partialRenewal: z
          .boolean({ error: "expected true or false: write it without quotes" })
          .default(false),
      }),
      payments: list(record({ on: date, amount: positiveAmount(money) })),
      date,
      settings,
    }),
  output: output({
    balance: printed.amount,
    expires: printed.date.nullable(),
    active: z.boolean(),
    renewals: z.array(
      output({
        on: printed.date,
        from: printed.date,
        to: printed.date,
        cost: printed.amount,
        explanation: printed.text,
      }),
    ),
  }),
  run({ service, payments, date, settings }) {
    const { expires, ...state } = walletOn(date, payments, service, settings);
    return { ...state, expires: expires ?? null };
  },
});
