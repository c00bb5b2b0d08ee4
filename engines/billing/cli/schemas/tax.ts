import { attempt } from "../../../base/cli/schemas/parsed.ts";
import { list, record } from "../../../base/cli/schemas/record.ts";
import { date, id, text, trueOrFalse } from "../../../base/cli/schemas/scalars.ts";
import { TaxTable } from "../../src/tax/rules/tax-table.ts";
import { percentage } from "./scalars.ts";

/** Rates by date; those of one code may not overlap. */
export const taxRules = list(
  record({
    code: id,
    rate: percentage,
    from: date,
    until: date.optional(),
    compound: trueOrFalse.default(false).describe("whether it applies to the price plus the ordinary taxes"),
  }),
).transform((rules, context) => attempt(() => TaxTable.of(rules), context));

export const exemptions = list(
  record({
    code: id.optional(),
    from: date,
    until: date.optional(),
    reason: text("reverse charge", "why no tax is charged, for the invoice"),
  }),
);
