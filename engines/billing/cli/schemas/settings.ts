import { z } from "zod";
import { oneOf, record } from "../../../base/cli/schemas/record.ts";
import { type BillingSettings, defaultSettings } from "../../src/settings.ts";

const words = {
  prorationMode: oneOf(["actual-days", "fixed-30-days", "calendar-months", "none", "full"]),
  prorationUnit: oneOf(["day", "second"]),
  dayOfChange: oneOf(["new-plan", "old-plan"]),
  dayOfTermination: oneOf(["free", "paid"]),
  trialAnchor: oneOf(["trial-end", "start"]),
  usageInTrial: oneOf(["free", "billed"]),
  taxRounding: oneOf(["document", "line"]),
  taxRoundingMode: oneOf(["half-up", "down", "up"]),
  prices: oneOf(["exclusive", "inclusive"]),
  inclusiveRounding: oneOf(["net", "tax"]),
  taxPoint: oneOf(["timing", "period-start", "period-end"]),
  discountOrder: oneOf(["as-given", "amounts-first", "percentages-first"]),
  percentageStacking: oneOf(["sequential", "additive"]),
  unusedOnceAmount: oneOf(["carry", "lose"]),
  allowanceInPartialPeriod: oneOf(["full", "prorated"]),
  feeAtZeroUsage: oneOf(["free", "charged"]),
  allowanceOrder: oneOf(["rollover-first", "current-first"]),
  percentileMethod: oneOf(["nearest-rank", "interpolated"]),
  billWhileBlocked: z.boolean({ error: "expected true or false: write it without quotes" }),
  blockedCredit: oneOf(["at-once", "next-invoice"]),
  promiseToPay: oneOf(["hold", "stop-clock"]),
  renewalFrom: oneOf(["expiry", "payment"]),
} satisfies { [Name in keyof BillingSettings]: z.ZodType<BillingSettings[Name]> };

/** The tenant's choices; what is not written has its default. */
export const settings = record({
  prorationMode: words.prorationMode.default(defaultSettings.prorationMode),
  prorationUnit: words.prorationUnit.default(defaultSettings.prorationUnit),
  dayOfChange: words.dayOfChange.default(defaultSettings.dayOfChange),
  dayOfTermination: words.dayOfTermination.default(defaultSettings.dayOfTermination),
  trialAnchor: words.trialAnchor.default(defaultSettings.trialAnchor),
  usageInTrial: words.usageInTrial.default(defaultSettings.usageInTrial),
  taxRounding: words.taxRounding.default(defaultSettings.taxRounding),
  taxRoundingMode: words.taxRoundingMode.default(defaultSettings.taxRoundingMode),
  prices: words.prices.default(defaultSettings.prices),
  inclusiveRounding: words.inclusiveRounding.default(defaultSettings.inclusiveRounding),
  taxPoint: words.taxPoint.default(defaultSettings.taxPoint),
  discountOrder: words.discountOrder.default(defaultSettings.discountOrder),
  percentageStacking: words.percentageStacking.default(defaultSettings.percentageStacking),
  unusedOnceAmount: words.unusedOnceAmount.default(defaultSettings.unusedOnceAmount),
  allowanceInPartialPeriod: words.allowanceInPartialPeriod.default(defaultSettings.allowanceInPartialPeriod),
  feeAtZeroUsage: words.feeAtZeroUsage.default(defaultSettings.feeAtZeroUsage),
  allowanceOrder: words.allowanceOrder.default(defaultSettings.allowanceOrder),
  percentileMethod: words.percentileMethod.default(defaultSettings.percentileMethod),
  billWhileBlocked: words.billWhileBlocked.default(defaultSettings.billWhileBlocked),
  blockedCredit: words.blockedCredit.default(defaultSettings.blockedCredit),
  promiseToPay: words.promiseToPay.default(defaultSettings.promiseToPay),
  renewalFrom: words.renewalFrom.default(defaultSettings.renewalFrom),
})
  .superRefine(({ prorationMode, prorationUnit }, context) => {
    const isByMonths = prorationMode === "fixed-30-days" || prorationMode === "calendar-months";
    if (!isByMonths || prorationUnit !== "second") return;
    context.addIssue({
      code: "custom",
      path: ["prorationUnit"],
      message: `expected "day" with the prorationMode "${prorationMode}"; found "second": a month has no fixed number of seconds`,
    });
  })
  .prefault({});
