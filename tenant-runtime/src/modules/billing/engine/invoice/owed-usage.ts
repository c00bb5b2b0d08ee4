import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import { aggregateUsage } from "../usage/aggregate-usage.ts";
import { type AllowanceUse, consumeAllowance } from "../usage/consume-allowance.ts";
import { quantityText } from "../usage/quantity-text.ts";
import { rateUsage } from "../usage/rate-usage.ts";
import type { UsagePrice } from "../usage/usage-price.ts";
import { withinBounds } from "../usage/within-bounds.ts";
import type { BilledPeriod } from "./billed-periods.ts";
import type { BillingContext } from "./billing-context.ts";
import type { TopUp, UsageFact } from "./customer-facts.ts";
import type { Unbilled } from "./invoice.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { signatureOf } from "./owed-recurring.ts";
import type { ServiceSpan } from "./service-spans.ts";

/** One metric under one plan in one period, with what was measured then. */
interface Bucket {
  readonly billed: BilledPeriod;
  readonly plan: string;
  /** Tells apart prices of one plan for one metric that followed each other within the period. */
  readonly ordinal: number;
  readonly price: UsagePrice;
  readonly spans: ServiceSpan[];
  readonly quantities: Rational[];
  toppedUp: Rational;
}

interface Ticked<Fact> {
  readonly fact: Fact;
  readonly tick: number;
}

/** What the usage of one subscription costs, period by period, always after the period. */
export function owedUsage(
  periods: readonly BilledPeriod[],
  usage: readonly UsageFact[],
  topUps: readonly TopUp[],
  context: BillingContext,
): { readonly pieces: OwedPiece[]; readonly unbilled: Unbilled[] } {
  const buckets = periods.flatMap(bucketsOf);
  const unbilled = fill(buckets, inTimeOrder(usage, context), context);
  addTopUps(buckets, inTimeOrder(topUps, context));
  const metrics = [...new Set(buckets.map(({ price }) => price.metric))].sort();
  const pieces = metrics.flatMap((metric) =>
    rateMetric(
      buckets.filter(({ price }) => price.metric === metric),
      context,
    ),
  );
  return { pieces, unbilled };
}

function inTimeOrder<Fact extends UsageFact | TopUp>(
  facts: readonly Fact[],
  { timeline }: BillingContext,
): Ticked<Fact>[] {
  return facts
    .map((fact) => ({ fact, tick: timeline.tickOf(fact) }))
    .sort((one, other) => one.tick - other.tick);
}

function bucketsOf(billed: BilledPeriod): Bucket[] {
  const buckets: Bucket[] = [];
  const toppedUp = Rational.zero;
  for (const span of billed.spans) {
    for (const price of span.terms.usage) {
      const { plan } = span.terms;
      const alike = buckets.filter((one) => one.plan === plan && one.price.metric === price.metric);
      const known = alike.find((one) => one.price.signature === price.signature);
      if (known !== undefined) known.spans.push(span);
      else
        buckets.push({ billed, plan, ordinal: alike.length, price, spans: [span], quantities: [], toppedUp });
    }
  }
  return buckets;
}

function fill(
  buckets: readonly Bucket[],
  usage: readonly Ticked<UsageFact>[],
  { horizon, settings }: BillingContext,
): Unbilled[] {
  const unbilled: Unbilled[] = [];
  for (const { fact, tick } of usage) {
    const bucket = buckets.find(
      ({ price, spans }) => price.metric === fact.metric && spans.some(holds(tick)),
    );
    const span = bucket?.spans.find(holds(tick));
    if (bucket === undefined || span === undefined) {
      if (tick <= horizon) unbilled.push(unbilledFact(fact, "no plan in force prices it"));
    } else if (span.charged || (span.inTrial && settings.usageInTrial === "billed")) {
      bucket.quantities.push(fact.quantity);
    } else if (!span.inTrial) {
      unbilled.push(unbilledFact(fact, "the service was paused or blocked"));
    }
  }
  return unbilled;
}

function unbilledFact({ subscription, metric, quantity }: UsageFact, why: string): Unbilled {
  return {
    subscription,
    reason: `${quantityText(quantity)} of ${JSON.stringify(metric)}: ${why} when it was measured`,
  };
}

function holds(tick: number): (span: ServiceSpan) => boolean {
  return ({ from, to }) => from <= tick && tick < to;
}

function addTopUps(buckets: readonly Bucket[], topUps: readonly Ticked<TopUp>[]): void {
  for (const { fact, tick } of topUps) {
    const bucket =
      buckets.find(({ price, spans }) => price.metric === fact.metric && spans.some(holds(tick))) ??
      buckets.find(({ price, billed }) => price.metric === fact.metric && billed.to > tick);
    if (bucket !== undefined) bucket.toppedUp = bucket.toppedUp.plus(fact.units);
  }
}

function rateMetric(buckets: readonly Bucket[], context: BillingContext): OwedPiece[] {
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
  return buckets.flatMap((bucket, index) => {
    const allowance = allowances[index];
    return allowance === undefined ? [] : pieceOf(bucket, used[index] ?? Rational.zero, allowance, context);
  });
}

/** The included units of a bucket, whole or for the part of the period that it covers. */
function includedIn({ billed, price, spans }: Bucket, { settings }: BillingContext): Rational {
  const part = servedPart(billed, spans, settings);
  const isWhole = settings.allowanceInPartialPeriod === "full" && !part.isZero();
  return isWhole ? price.included : price.included.times(part);
}

function servedPart(
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
  bucket: Bucket,
  used: Rational,
  allowance: AllowanceUse,
  context: BillingContext,
): OwedPiece[] {
  const { billed, plan, ordinal, price, spans, quantities } = bucket;
  const { facts, timeline } = context;
  const rated = withinBounds(
    rateUsage(price.model, allowance.billable, quantities, facts.currency),
    price,
    servedPart(billed, spans, context.settings),
  );
  const amount = roundHalfUp(rated.minorUnits);
  const rates = facts.taxes.ratesOn(billed.taxDate, billed.subscription.taxes, facts.exemptions);
  const due = billed.serviceTo === billed.to ? billed.period.to : timeline.dateOf(billed.serviceTo);
  return [
    {
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
      taxDate: billed.taxDate,
      rates,
      amount,
      explanation: explain(price, used, allowance, rated.steps),
    },
  ];
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
