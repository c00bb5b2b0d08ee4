import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { located } from "../../../base/src/located.ts";
import { allocate as split } from "../../src/money/allocate.ts";
import { printed } from "../schemas/printed.ts";
import { amount, currency, quantity } from "../schemas/scalars.ts";
import { command } from "./command.ts";

export const allocate = command({
  name: "allocate",
  summary: "an amount split by weights, no unit lost",
  example: { currency: "EUR", total: "100.00", weights: ["1", "1", "1"] },
  input: (money) =>
    record({
      currency,
      total: amount(money),
      weights: list(quantity).describe("how large each part is, in proportion"),
    }),
  output: output({ parts: z.array(printed.amount), total: printed.amount }),
  run: ({ total, weights }) => ({
    parts: located(["weights"], () => split(total, weights)),
    total,
  }),
});
