import type { z } from "zod";
import { oneOf, record } from "../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../base/cli/schemas/scalars.ts";
import { whenSound } from "../../../base/cli/schemas/when-sound.ts";
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
  exemptPrice: oneOf(["gross", "net"]),
  taxPoint: oneOf(["timing", "period-start", "period-end"]),
  discountOrder: oneOf(["as-given", "amounts-first", "percentages-first"]),
  percentageStacking: oneOf(["sequential", "additive"]),
  unusedOnceAmount: oneOf(["carry", "lose"]),
  allowanceInPartialPeriod: oneOf(["full", "prorated"]),
  feeAtZeroUsage: oneOf(["free", "charged"]),
  allowanceOrder: oneOf(["rollover-first", "current-first"]),
  percentileMethod: oneOf(["nearest-rank", "interpolated"]),
  billWhileBlocked: trueOrFalse,
  blockedCredit: oneOf(["at-once", "next-invoice"]),
  promiseToPay: oneOf(["hold", "stop-clock"]),
  reversedPayment: oneOf(["resume", "restart"]),
  renewalFrom: oneOf(["expiry", "payment"]),
} satisfies { [Name in keyof BillingSettings]: z.ZodType<BillingSettings[Name]> };

const meanings: { readonly [Name in keyof BillingSettings]: string } = {
  prorationMode: "how a part of a period is priced",
  prorationUnit: "unit of proration",
  dayOfChange: "which plan pays for the day of a change",
  dayOfTermination: "whether the day of a cancellation is charged",
  trialAnchor: "where the cycles after a trial are counted from",
  usageInTrial: "whether usage within a trial is charged",
  taxRounding: "whether taxes are rounded for the document or for each line",
  taxRoundingMode: "in which direction a tax is rounded",
  prices: "whether prices include their taxes",
  inclusiveRounding: "amount that takes the difference when no net agrees with an inclusive price",
  exemptPrice: "which part of a price that includes tax an exempt customer pays",
  taxPoint: "which date of a period has the tax rate",
  discountOrder: "in which order discounts apply",
  percentageStacking: "whether a percentage applies to the rest after earlier discounts",
  unusedOnceAmount: "use of the rest of an amount that is given once",
  allowanceInPartialPeriod: "how many units a part of a period includes",
  feeAtZeroUsage: "whether the first tier's fee is owed without usage",
  allowanceOrder: "which included units are used first",
  percentileMethod: "how the 95th percentile is read",
  billWhileBlocked: "whether blocked days are charged",
  blockedCredit: "when blocked days of a billed period are credited",
  promiseToPay: "effect of a promise to pay on the stages",
  reversedPayment: "whether a payment that is taken back resumes the stages or restarts them",
  renewalFrom: "where a lapsed service starts again",
};

const every = record({
  prorationMode: words.prorationMode.default(defaultSettings.prorationMode).describe(meanings.prorationMode),
  prorationUnit: words.prorationUnit.default(defaultSettings.prorationUnit).describe(meanings.prorationUnit),
  dayOfChange: words.dayOfChange.default(defaultSettings.dayOfChange).describe(meanings.dayOfChange),
  dayOfTermination: words.dayOfTermination
    .default(defaultSettings.dayOfTermination)
    .describe(meanings.dayOfTermination),
  trialAnchor: words.trialAnchor.default(defaultSettings.trialAnchor).describe(meanings.trialAnchor),
  usageInTrial: words.usageInTrial.default(defaultSettings.usageInTrial).describe(meanings.usageInTrial),
  taxRounding: words.taxRounding.default(defaultSettings.taxRounding).describe(meanings.taxRounding),
  taxRoundingMode: words.taxRoundingMode
    .default(defaultSettings.taxRoundingMode)
    .describe(meanings.taxRoundingMode),
  prices: words.prices.default(defaultSettings.prices).describe(meanings.prices),
  inclusiveRounding: words.inclusiveRounding
    .default(defaultSettings.inclusiveRounding)
    .describe(meanings.inclusiveRounding),
  exemptPrice: words.exemptPrice.default(defaultSettings.exemptPrice).describe(meanings.exemptPrice),
  taxPoint: words.taxPoint.default(defaultSettings.taxPoint).describe(meanings.taxPoint),
  discountOrder: words.discountOrder.default(defaultSettings.discountOrder).describe(meanings.discountOrder),
  percentageStacking: words.percentageStacking
    .default(defaultSettings.percentageStacking)
    .describe(meanings.percentageStacking),
  unusedOnceAmount: words.unusedOnceAmount
    .default(defaultSettings.unusedOnceAmount)
    .describe(meanings.unusedOnceAmount),
  allowanceInPartialPeriod: words.allowanceInPartialPeriod
    .default(defaultSettings.allowanceInPartialPeriod)
    .describe(meanings.allowanceInPartialPeriod),
  feeAtZeroUsage: words.feeAtZeroUsage
    .default(defaultSettings.feeAtZeroUsage)
    .describe(meanings.feeAtZeroUsage),
  allowanceOrder: words.allowanceOrder
    .default(defaultSettings.allowanceOrder)
    .describe(meanings.allowanceOrder),
  percentileMethod: words.percentileMethod
    .default(defaultSettings.percentileMethod)
    .describe(meanings.percentileMethod),
  billWhileBlocked: words.billWhileBlocked
    .default(defaultSettings.billWhileBlocked)
    .describe(meanings.billWhileBlocked),
  blockedCredit: words.blockedCredit.default(defaultSettings.blockedCredit).describe(meanings.blockedCredit),
  promiseToPay: words.promiseToPay.default(defaultSettings.promiseToPay).describe(meanings.promiseToPay),
  reversedPayment: words.reversedPayment
    .default(defaultSettings.reversedPayment)
    .describe(meanings.reversedPayment),
  renewalFrom: words.renewalFrom.default(defaultSettings.renewalFrom).describe(meanings.renewalFrom),
}).superRefine(({ prorationMode, prorationUnit }, context) => {
  const isByMonths = prorationMode === "fixed-30-days" || prorationMode === "calendar-months";
  if (!isByMonths || prorationUnit !== "second") return;
  context.addIssue({
    code: "custom",
    path: ["prorationUnit"],
    message: `expected "day" with the prorationMode "${prorationMode}"; found "second": a month has no fixed number of seconds`,
  });
}, whenSound);

/**
 * The tenant's choices; what is not written has its default. All of a tenant's settings may be given to any
 * command, whose help shows only those that it reads.
 */
export function settingsOf(...names: readonly (keyof BillingSettings)[]) {
  return every.prefault({}).meta({
    description: "choices of the tenant; docs/billing.md names the origin of each",
    shown: names,
  });
}
