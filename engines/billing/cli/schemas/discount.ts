import { z } from "zod";
import { kindOf, record } from "../../../base/cli/schemas/record.ts";
import type { Currency } from "../../src/money/currency.ts";
import { percentage, positiveAmount } from "./scalars.ts";

/** An amount or a percentage off. */
export function discountValue(money: Currency) {
  return kindOf(
    "kind",
    ["amount", "percentage"],
    [
      record({ kind: z.literal("amount"), amount: positiveAmount(money) }),
      record({ kind: z.literal("percentage"), rate: percentage }),
    ],
  );
}
