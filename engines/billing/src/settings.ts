/** The named choices of a tenant where billing systems disagree. `docs/billing.md` says whose convention each is. */
export interface BillingSettings {
  readonly prorationMode: "actual-days" | "fixed-30-days" | "calendar-months" | "none" | "full";
  readonly prorationUnit: "day" | "second";
  readonly dayOfChange: "new-plan" | "old-plan";
  readonly dayOfTermination: "free" | "paid";
  readonly trialAnchor: "trial-end" | "start";
  readonly usageInTrial: "free" | "billed";
  readonly taxRounding: "document" | "line";
  readonly taxRoundingMode: "half-up" | "down" | "up";
  readonly prices: "exclusive" | "inclusive";
  readonly inclusiveRounding: "net" | "tax";
  readonly exemptPrice: "gross" | "net";
  readonly taxPoint: "timing" | "period-start" | "period-end";
  readonly discountOrder: "as-given" | "amounts-first" | "percentages-first";
  readonly percentageStacking: "sequential" | "additive";
  readonly unusedOnceAmount: "carry" | "lose";
  readonly allowanceInPartialPeriod: "full" | "prorated";
  readonly feeAtZeroUsage: "free" | "charged";
  readonly allowanceOrder: "rollover-first" | "current-first";
  readonly percentileMethod: "nearest-rank" | "interpolated";
  readonly billWhileBlocked: boolean;
  readonly blockedCredit: "at-once" | "next-invoice";
  readonly promiseToPay: "hold" | "stop-clock";
  readonly reversedPayment: "resume" | "restart";
  readonly renewalFrom: "expiry" | "payment";
}

export const defaultSettings: BillingSettings = {
  prorationMode: "actual-days",
  prorationUnit: "day",
  dayOfChange: "new-plan",
  dayOfTermination: "free",
  trialAnchor: "trial-end",
  usageInTrial: "free",
  taxRounding: "document",
  taxRoundingMode: "half-up",
  prices: "exclusive",
  inclusiveRounding: "net",
  exemptPrice: "gross",
  taxPoint: "timing",
  discountOrder: "as-given",
  percentageStacking: "sequential",
  unusedOnceAmount: "carry",
  allowanceInPartialPeriod: "full",
  feeAtZeroUsage: "free",
  allowanceOrder: "rollover-first",
  percentileMethod: "nearest-rank",
  billWhileBlocked: true,
  blockedCredit: "at-once",
  promiseToPay: "hold",
  reversedPayment: "resume",
  renewalFrom: "payment",
};
