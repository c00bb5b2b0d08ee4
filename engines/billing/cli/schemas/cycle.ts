import { z } from "zod";
import { attempt } from "../../../base/cli/schemas/parsed.ts";
import { kindOf, oneOf, record } from "../../../base/cli/schemas/record.ts";
import { wholeNumber } from "../../../base/cli/schemas/scalars.ts";
import { CycleRule, cycleUnits, mostCycles, mostDays } from "../../src/cycles/cycle-rule.ts";

const dayOfMonth = wholeNumber(1, 31)
  .optional()
  .describe("day on which periods begin; a shorter month has its last day");

const alignment = kindOf(
  "kind",
  ["anniversary", "calendar"],
  [
    record({ kind: z.literal("anniversary"), dayOfMonth }),
    record({
      kind: z.literal("calendar"),
      dayOfMonth,
      month: wholeNumber(1, 12).optional().describe("month in which quarters, half-years and years begin"),
      dayOfWeek: wholeNumber(1, 7).optional().describe("day on which weeks begin, 1 for Monday"),
    }),
  ],
)
  .default({ kind: "anniversary" })
  .describe("where periods are counted from: the start of service, or a place in the calendar");

const mostHours = 24 * mostDays;

/** How long a renewal lasts: hours from the payment on, or a cycle of dates. */
export const renewalTerm = record({
  unit: oneOf(["hour", ...cycleUnits]).describe("the unit of the time that a renewal lasts"),
  count: wholeNumber(1, mostHours)
    .default(1)
    .describe(
      `how many units a renewal lasts: at most ${mostHours} hours, ${mostDays} days, or ${mostCycles} of another unit`,
    ),
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
  unit: oneOf(cycleUnits).describe("the unit of the time that a period lasts"),
  count: wholeNumber(1, mostDays)
    .default(1)
    .describe(`how many units a period lasts: at most ${mostDays} days, or ${mostCycles} of another unit`),
  alignment,
}).transform(({ unit, count, alignment }, context) =>
  attempt(() => CycleRule.of(unit, count, alignment), context),
);
