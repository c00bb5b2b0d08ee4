import { z } from "zod";
import { attempt } from "../../../base/cli/schemas/parsed.ts";
import { kindOf, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import { CycleRule, cycleUnits } from "../../src/cycles/cycle-rule.ts";

const dayOfMonth = wholeNumber(1, 31).optional();

const alignment = kindOf(
  "kind",
  ["anniversary", "calendar"],
  [
    record({ kind: z.literal("anniversary"), dayOfMonth }),
    record({
      kind: z.literal("calendar"),
      dayOfMonth,
      month: wholeNumber(1, 12).optional(),
      dayOfWeek: wholeNumber(1, 7).optional(),
    }),
  ],
).default({ kind: "anniversary" });

/** How long a renewal lasts: hours from the payment on, or a cycle of dates. */
export const renewalTerm = record({
  unit: oneOf(["hour", ...cycleUnits]),
  count: wholeNumber(1, 87_840).default(1),
  alignment: alignment.optional(),
}).transform(({ unit, count, alignment = { kind: "anniversary" } }, context) => {
  if (unit !== "hour") return { cycle: attempt(() => CycleRule.of(unit, count, alignment), context) };
  if (alignment.kind === "calendar" || alignment.dayOfMonth !== undefined) {
    context.addIssue({
      code: "custom",
      path: ["alignment"],
      message: "expected no alignment of hours; found one: leave it out, hours count from the payment",
    });
  }
  return { hours: count };
});

/** How often is billed, and from where it is counted. */
export const cycle = record({
  unit: oneOf(cycleUnits),
  count: wholeNumber(1, 3660).default(1),
  alignment,
}).transform(({ unit, count, alignment }, context) =>
  attempt(() => CycleRule.of(unit, count, alignment), context),
);
