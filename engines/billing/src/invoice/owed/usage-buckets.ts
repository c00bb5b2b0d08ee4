import { Rational } from "../../money/rational.ts";
import type { UsagePrice } from "../../usage/usage-price.ts";
import type { TopUp, UsageFact } from "../facts/customer-facts.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import { isUsageBilled, type ServiceSpan } from "../periods/service-spans.ts";
import { type Unbilled, unbilledTopUp, unbilledUsage } from "./unbilled.ts";
import { whyFree, whyUnpriced } from "./why-unbilled.ts";

/** One metric under one plan in one period, with what was measured then. */
export interface UsageBucket {
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

/** Sorts what was measured and bought into the periods and plans that price it. */
export function usageBuckets(
  periods: readonly BilledPeriod[],
  usage: readonly UsageFact[],
  topUps: readonly TopUp[],
  context: BillingContext,
): { readonly buckets: UsageBucket[]; readonly unbilled: Unbilled[] } {
  const buckets = periods.flatMap(bucketsOf);
  const unbilled = fill(buckets, periods, inTimeOrder(usage, context), context);
  const idle = addTopUps(buckets, periods, inTimeOrder(topUps, context), context);
  return { buckets, unbilled: [...unbilled, ...idle] };
}

function inTimeOrder<Fact extends UsageFact | TopUp>(
  facts: readonly Fact[],
  { timeline }: BillingContext,
): Ticked<Fact>[] {
  return facts
    .map((fact) => ({ fact, tick: timeline.tickOf(fact) }))
    .sort((one, other) => one.tick - other.tick || timeline.compare(one.fact, other.fact));
}

function bucketsOf(billed: BilledPeriod): UsageBucket[] {
  const buckets: UsageBucket[] = [];
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
  buckets: readonly UsageBucket[],
  periods: readonly BilledPeriod[],
  usage: readonly Ticked<UsageFact>[],
  context: BillingContext,
): Unbilled[] {
  const { horizon, settings, facts } = context;
  const unbilled: Unbilled[] = [];
  for (const { fact, tick } of usage) {
    const bucket = buckets.find(
      ({ price, spans }) => price.metric === fact.metric && spans.some(holds(tick)),
    );
    const span = bucket?.spans.find(holds(tick));
    if (bucket === undefined || span === undefined) {
      if (tick <= horizon) unbilled.push(unbilledUsage(fact, whyUnpriced(tick, periods, context), facts));
    } else if (isUsageBilled(span, settings)) {
      bucket.quantities.push(fact.quantity);
    } else if (!span.inTrial) {
      unbilled.push(unbilledUsage(fact, whyFree(fact, context), facts));
    }
  }
  return unbilled;
}

function holds(tick: number): (span: ServiceSpan) => boolean {
  return ({ from, to }) => from <= tick && tick < to;
}

/** Returns the top-ups that cover nothing. They are charged all the same. */
function addTopUps(
  buckets: readonly UsageBucket[],
  periods: readonly BilledPeriod[],
  topUps: readonly Ticked<TopUp>[],
  context: BillingContext,
): Unbilled[] {
  const unbilled: Unbilled[] = [];
  for (const { fact, tick } of topUps) {
    const bucket =
      buckets.find(({ price, spans }) => price.metric === fact.metric && spans.some(holds(tick))) ??
      buckets.find(({ price, billed }) => price.metric === fact.metric && billed.to > tick);
    if (bucket !== undefined) bucket.toppedUp = bucket.toppedUp.plus(fact.units);
    else if (tick <= context.horizon) {
      const reason = `charged, but its units cover nothing: ${whyUnpriced(tick, periods, context)}`;
      unbilled.push(unbilledTopUp(fact, reason, context.facts));
    }
  }
  return unbilled;
}
