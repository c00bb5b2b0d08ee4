import { compareText } from "../../../../base/src/compare-text.ts";
import { Rational } from "../../money/rational.ts";
import { prorateStretches, type Stretch } from "../../proration/prorate-stretches.ts";
import { ratioText } from "../../proration/ratio-text.ts";
import type { BillingSettings } from "../../settings.ts";
import type { AppliedRate } from "../../tax/rules/applied-rate.ts";
import { quantityText } from "../../usage/quantity-text.ts";
import type { Terms } from "../facts/subscription.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";
import { datesOf } from "./dates-of.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { isWhole, wholePeriod } from "./whole-period.ts";

/** Service under one price, in the order of time, as spans of one period. */
interface Priced {
  readonly terms: Terms;
  readonly spans: ServiceSpan[];
  /** The part of the period that each span is charged for. */
  readonly stretches: readonly Stretch[];
}

/** The prices of a subscription's plans in one period. */
export function owedRecurring(billed: BilledPeriod, context: BillingContext): OwedPiece[] {
  const { facts, settings } = context;
  const prices = pricedIn(billed, settings);
  if (prices.length === 0) return [];
  const rates = facts.taxes.ratesOn(billed.taxDate, billed.subscription.taxes, facts.exemptions);
  return prices.flatMap((priced) => piecesOf(priced, billed, rates, context));
}

function pricedIn(billed: BilledPeriod, settings: BillingSettings): Priced[] {
  const { spans, measure } = billed;
  if (isWhole(settings)) {
    const whole = wholePeriod(billed, settings);
    const stretches = [{ from: 0, to: measure.length }];
    return whole === undefined ? [] : [{ terms: whole.terms, spans: [whole], stretches }];
  }
  return byPrice(spans.filter(({ charged }) => charged)).map((priced) => ({
    ...priced,
    stretches: priced.spans.map(({ from, to }) => ({
      from: measure.position(from),
      to: measure.position(to),
    })),
  }));
}

function byPrice(spans: readonly ServiceSpan[]): Omit<Priced, "stretches">[] {
  const groups: Omit<Priced, "stretches">[] = [];
  for (const span of spans) {
    const group = groups.find(({ terms }) => sellsTheSame(terms, span.terms));
    const last = group?.spans.at(-1);
    if (group === undefined || last === undefined) groups.push({ terms: span.terms, spans: [span] });
    else if (last.to === span.from) group.spans[group.spans.length - 1] = { ...last, to: span.to };
    else group.spans.push(span);
  }
  return groups;
}

function sellsTheSame(one: Terms, other: Terms): boolean {
  return (
    one === other ||
    (one.plan === other.plan && one.price.text === other.price.text && one.quantity.equals(other.quantity))
  );
}

function piecesOf(
  { terms, spans, stretches }: Priced,
  billed: BilledPeriod,
  rates: readonly AppliedRate[],
  context: BillingContext,
): OwedPiece[] {
  const { measure, subscription, period } = billed;
  const inAdvance = subscription.timing === "in-advance";
  const amounts = prorateStretches(terms.price.minorUnits.times(terms.quantity), stretches, measure.length);
  const rate = rateText(terms);
  const key = keyOf([subscription.id, "recurring", period.toString(), terms.plan, rate, signatureOf(rates)]);
  let covered = 0;
  return spans.map((span, index) => {
    const stretch = stretches[index] ?? { from: 0, to: 0 };
    covered += stretch.to - stretch.from;
    const dueTick = inAdvance ? Math.max(span.from, billed.chargedFrom) : billed.serviceTo;
    return {
      key,
      component: "recurring",
      subscription: subscription.id,
      description: terms.plan,
      ...datesOf([span], billed, context.timeline),
      dueTick,
      due: context.timeline.dateOf(dueTick),
      service: [span],
      cycleEnd: billed.cycleEnd,
      taxDate: billed.taxDate,
      rates,
      amount: amounts[index] ?? 0n,
      discounts: [],
      explanation: explain(billed, stretch.to - stretch.from, covered, rate),
    };
  });
}

function rateText({ price, quantity }: Terms): string {
  return quantity.equals(Rational.one) ? price.text : `${price.text} × ${quantityText(quantity)}`;
}

/** Taxes are part of what a line is about: other taxes for the same service are another line. Their order is not. */
export function signatureOf(rates: readonly AppliedRate[]): string {
  if (rates.length < 2) return rates[0]?.signature ?? "";
  return rates
    .map(({ signature }) => signature)
    .sort(compareText)
    .join("+");
}

function explain({ measure, period }: BilledPeriod, part: number, covered: number, rate: string): string {
  const { unit, length } = measure;
  const whole = unit === "part" ? `${period.days()} days` : `${length} ${unit}s`;
  if (part === length) return `full period of ${whole}, rate ${rate}`;
  const counted = unit === "part" ? measure.describe(covered - part) : `${covered - part}`;
  const before = covered === part ? "" : ` after ${counted} already counted`;
  return `${measure.describe(part)}${before} (${ratioText(part, length)}), rate ${rate}, rounded once`;
}
