import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import { aggregateUsage } from "../../usage/aggregate-usage.ts";
import { type AllowanceUse, consumeAllowance } from "../../usage/consume-allowance.ts";
import { prorateUsage } from "../../usage/prorate-usage.ts";
import { quantityText } from "../../usage/quantity-text.ts";
import { rateUsage } from "../../usage/rate-usage.ts";
import { type Rated, ratedText } from "../../usage/rated.ts";
import type { UsagePrice } from "../../usage/usage-price.ts";
import { withinBounds } from "../../usage/within-bounds.ts";
import type { TopUp, UsageFact } from "../facts/customer-facts.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import { isUsageBilled } from "../periods/service-spans.ts";
import { datesOf } from "./dates-of.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { signatureOf } from "./owed-recurring.ts";
import { servedPart } from "./served-part.ts";
import type { Unbilled } from "./unbilled.ts";
import { type UsageBucket, usageBuckets } from "./usage-buckets.ts";

const nothingUsed: AllowanceUse = {
  fromRollover: Rational.zero,
  fromIncluded: Rational.zero,
  fromTopUp: Rational.zero,
  billable: Rational.zero,
};

/** The price of one subscription's usage, period by period, always due after the period. */
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

/** A level that is prorated uses up allowances for its share of the period, as much as it has of their price. */
function rateMetric(buckets: readonly UsageBucket[], context: BillingContext): OwedPiece[] {
  const { settings } = context;
  const used = buckets.map(({ price, quantities }) =>
    aggregateUsage(price.aggregate, quantities, settings.percentileMethod),
  );
  const shares = buckets.map(({ billed, price, spans }) =>
    price.isProrated ? servedPart(billed, spans, settings).part : Rational.one,
  );
  const allowances = consumeAllowance(
    buckets.map((bucket, index) => ({
      index: bucket.billed.index,
      included: includedIn(bucket, context),
      rolloverPeriods: bucket.price.rolloverPeriods,
      used: (used[index] ?? Rational.zero).times(shares[index] ?? Rational.one),
      toppedUp: bucket.toppedUp,
    })),
    settings.allowanceOrder,
  );
  return buckets.map((bucket, index) => {
    const allowance = allowances[index] ?? nothingUsed;
    return pieceOf(
      bucket,
      used[index] ?? Rational.zero,
      inWholePeriod(allowance, shares[index] ?? Rational.one),
      context,
    );
  });
}

/** Units of a share of a period as the level of the whole period that they come to. */
function inWholePeriod(use: AllowanceUse, share: Rational): AllowanceUse {
  if (share.isZero()) return nothingUsed;
  return {
    fromRollover: use.fromRollover.dividedBy(share),
    fromIncluded: use.fromIncluded.dividedBy(share),
    fromTopUp: use.fromTopUp.dividedBy(share),
    billable: use.billable.dividedBy(share),
  };
}

/** The included units of a bucket, whole or for the part of the period that it covers. */
function includedIn({ billed, price, spans }: UsageBucket, { settings }: BillingContext): Rational {
  const { part } = servedPart(billed, spans, settings);
  const isFull = settings.allowanceInPartialPeriod === "full" && !price.isProrated;
  return isFull && !part.isZero() ? price.included : price.included.times(part);
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
  const billedSpans = spans.filter((span) => isUsageBilled(span, context.settings));
  const atZero = served.part.isZero() ? "free" : context.settings.feeAtZeroUsage;
  const whole = rateUsage(price.model, allowance.billable, quantities, facts.currency, atZero);
  const rated = withinBounds(price.isProrated ? prorateUsage(whole, served) : whole, price, served);
  const amount = roundHalfUp(rated.minorUnits);
  const rates =
    billedSpans.length === 0
      ? []
      : facts.taxes.ratesOn(billed.arrearsTaxDate, billed.subscription.taxes, facts.exemptions);
  const due = billed.serviceTo === billed.to ? billed.period.to : timeline.dateOf(billed.serviceTo);
  return {
    key: keyOf([
      ...[billed.subscription.id, "usage", billed.period.toString(), plan],
      ...[price.metric, `${ordinal}`, signatureOf(rates)],
    ]),
    component: "usage",
    subscription: billed.subscription.id,
    description: `${plan}: ${price.metric}`,
    ...datesOf(billedSpans.length > 0 ? billedSpans : spans, billed, timeline),
    dueTick: billed.serviceTo,
    due,
    service: billedSpans,
    cycleEnd: billed.cycleEnd,
    taxDate: billed.arrearsTaxDate,
    rates,
    amount,
    discounts: [],
    explanation: explain(price, used, allowance, rated),
  };
}

function explain(price: UsagePrice, used: Rational, allowance: AllowanceUse, rated: Rated): string {
  const covered = [
    ["carried over", allowance.fromRollover],
    ["included", allowance.fromIncluded],
    ["topped up", allowance.fromTopUp],
  ] as const;
  const minus = covered
    .filter(([, units]) => !units.isZero())
    .map(([name, units]) => ` − ${quantityText(units)} ${name}`);
  return `${price.aggregate} ${quantityText(used)}${minus.join("")}: ${ratedText(rated)}`;
}
