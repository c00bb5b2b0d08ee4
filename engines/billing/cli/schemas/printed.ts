import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";

/** What commands print: the JSON forms of the engine's values. */
export const printed = {
  amount: z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .meta({ description: "exact amount in major units" }),
  quantity: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .meta({ description: "exact quantity" }),
  rate: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .meta({ description: "percentage" }),
  ratio: z
    .string()
    .regex(/^-?\d+\.\d{9}$/)
    .meta({ description: "part of the period, nine decimals" }),
  date: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .meta({ description: "local date; ends are not included" }),
  count: z.int().min(0),
  text: z.string(),
} as const;

export const printedTax = output({ code: printed.text, rate: printed.rate, amount: printed.amount });
export const printedTaxTotal = output({
  code: printed.text,
  rate: printed.rate,
  base: printed.amount,
  amount: printed.amount,
});
export const unitOfTime = z.enum(["day", "second"]);
