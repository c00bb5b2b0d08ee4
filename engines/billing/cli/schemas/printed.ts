import { z } from "zod";
import { output } from "../../../base/cli/schemas/output.ts";

/** The output of commands: the JSON forms of the engine's values. */
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
  dateOrInstant: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/)
    .meta({ description: "local date, or an instant where service is by the hour; ends are not included" }),
  instant: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
    .meta({ description: "instant in UTC" }),
  count: z.int().min(0),
  text: z.string(),
} as const;

/** The sum as it is paid in coins; printed where the input names the smallest coin. */
export const printedCash = {
  rounding: printed.amount
    .optional()
    .meta({ description: "amount that rounding to the smallest coin adds to gross" }),
  payable: printed.amount.optional().meta({ description: "gross and rounding together" }),
};

const exemption = printed.text
  .optional()
  .meta({ description: "why the customer does not pay the tax; an invoice names it" });

export const printedTax = output({
  code: printed.text,
  rate: printed.rate,
  amount: printed.amount,
  exemption,
});
export const printedTaxTotal = output({
  code: printed.text,
  rate: printed.rate,
  base: printed.amount.meta({
    description: "amount to which the rate applies: nets, and for a compound tax the ordinary taxes too",
  }),
  amount: printed.amount,
  exemption,
});
export const unitOfTime = z
  .enum(["day", "second", "part"])
  .meta({ description: "unit of part and length; a part is of months of different lengths" });
