import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import type { BillingSettings } from "../../settings.ts";
import { aggregateUsage } from "../../usage/aggregate-usage.ts";
import { type AllowanceUse, consumeAllowance } from "../../usage/consume-allowance.ts";
import { quantityText } from "../../usage/quantity-text.ts";
import { rateUsage } from "../../usage/rate-usage.ts";
import type { UsagePrice } from "../../usage/usage-price.ts";
import { withinBounds } from "../../usage/within-bounds.ts";
import type { TopUp, UsageFact } from "../facts/customer-facts.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { signatureOf } from "./owed-recurring.ts";
import type { Unbilled } from "./unbilled.ts";
import { type UsageBucket, usageBuckets } from "./usage-buckets.ts";

const nothingUsed: AllowanceUse = {
  fromRollover: Rational.zero,
  fromIncluded: Rational.zero,
  fromTopUp: Rational.zero,
  billable: Rational.zero,
};

/** What the usage of one subscription costs, period by period, always after the period. */
export function owedUsage(
  periods: readonly BilledPeriod[],
  usage: readonly UsageFact[],
  topUps: readonly TopUp[],
  context: BillingContext,
): { readonly pieces: Map<BilledPeriod, OwedPiece[]>; readonly unbilled: Unbilled[] } {
  const { buckets, unbilled } = usageBuckets(periods, usage, topUps, context);
  const metrics = [...new Set(buckets.map(({ price }) => price.metric))].sort();
  const pieces = new Map<BilledPeriod, OwedPiece[]>(periods.map((period) => [period, []]));
  for (const metric of metrics) {
    const ofMetric = buckets.filter(({ price }) => price.metric === metric);
    for (const [index, piece] of rateMetric(ofMetric, context).entries()) {
      const period = ofMetric[index]?.billed;
      if (period !== undefined) pieces.get(period)?.push(piece);
    }
  }
  return { pieces, unbilled };
}

function rateMetric(buckets: readonly UsageBucket[], context: BillingContext): OwedPiece[] {
  const { settings } = context;
  const used = buckets.map(({ price, quantities }) =>
    aggregateUsage(price.aggregate, quantities, settings.percentileMethod),
  );
  const allowances = consumeAllowance(
    buckets.map((bucket, index) => ({
      index: bucket.billed.index,
      included: includedIn(bucket, context),
      rolloverPeriods: bucket.price.rolloverPeriods,
      used: used[index] ?? Rational.zero,
      toppedUp: bucket.toppedUp,
    })),
    settings.allowanceOrder,
  );
  return buckets.map((bucket, index) =>
    pieceOf(bucket, used[index] ?? Rational.zero, allowances[index] ?? nothingUsed, context),
  );
}

/** The included units of a bucket, whole or for the part of the period that it covers. */
function includedIn({ billed, price, spans }: UsageBucket, { settings }: BillingContext): Rational {
  const part = servedPart(billed, spans, settings);
  const isWhole = settings.allowanceInPartialPeriod === "full" && !part.isZero();
  return isWhole ? price.included : price.included.times(part);
}

export function servedPart(
  { measure }: BilledPeriod,
  spans: readonly ServiceSpan[],
  settings: BillingSettings,
): Rational {
  const isServed = ({ charged, inTrial }: ServiceSpan) =>
    charged || (inTrial && settings.usageInTrial === "billed");
  const served = spans
    .filter(isServed)
    .reduce((sum, { from, to }) => sum + measure.position(to) - measure.position(from), 0);
  return Rational.of(BigInt(served), BigInt(measure.length));
}

function pieceOf(
  bucket: UsageBucket,
  used: Rational,
  allowance: AllowanceUse,
  context: BillingContext,
): OwedPiece {
  const { billed, plan, ordinal, price, spans, quantities } = bucket;
  const { facts, timeline } = context;
  const served = servedPart(billed, spans, context.settings);
  const atZero = served.isZero() ? "free" : context.settings.feeAtZeroUsage;
  const rated = withinBounds(
    rateUsage(price.model, allowance.billable, quantities, facts.currency, atZero),
    price,
    served,
  );
  const amount = roundHalfUp(rated.minorUnits);
  const rates = facts.taxes.ratesOn(billed.taxDate, billed.subscription.taxes, facts.exemptions);
  const due = billed.serviceTo === billed.to ? billed.period.to : timeline.dateOf(billed.serviceTo);
  return {
    key: keyOf([
      ...[billed.subscription.id, "usage", billed.period.toString(), plan],
      ...[price.metric, `${ordinal}`, signatureOf(rates)],
    ]),
    component: "usage",
    subscription: billed.subscription.id,
    description: `${plan}: ${price.metric}`,
    from: billed.period.from,
    to: billed.period.to,
    dueTick: billed.serviceTo,
    due,
    billingDate: due,
    plan,
    cycleEnd: billed.cycleEnd,
    taxDate: billed.taxDate,
    rates,
    amount,
    discounts: [],
    explanation: explain(price, used, allowance, rated.steps),
  };
}

function explain(
  price: UsagePrice,
  used: Rational,
  allowance: AllowanceUse,
  steps: readonly string[],
): string {
  const covered = [
    ["carried over", allowance.fromRollover],
    ["included", allowance.fromIncluded],
    ["topped up", allowance.fromTopUp],
  ] as const;
  const minus = covered
    .filter(([, units]) => !units.isZero())
    .map(([name, units]) => ` − ${quantityText(units)} ${name}`);
  return `${price.aggregate} ${quantityText(used)}${minus.join("")}: ${steps.join(" + ") || "nothing to pay"}, rounded once`;
}
