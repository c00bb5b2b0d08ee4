import type { Price } from "../../money/price.ts";
import { printScaled } from "../../money/print-decimal.ts";
import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import type { BillingSettings } from "../../settings.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { signatureOf } from "./owed-recurring.ts";

/** A plan with a minimum, and when it was in force in a period. */
interface Commitment {
  readonly plan: string;
  readonly minimum: Price;
  readonly spans: ServiceSpan[];
}

/**
 * What is missing to the minimums of the plans of a period, due when the period is over. Price and usage of
 * the plan count towards it, before discounts; what is sold once does not.
 * @param pieces all that the period owes
 */
export function owedMinimum(
  billed: BilledPeriod,
  pieces: readonly OwedPiece[],
  context: BillingContext,
): OwedPiece[] {
  if (billed.spans.every(({ terms }) => terms.minimum === undefined)) return [];
  return commitmentsOf(billed).flatMap((commitment) => missing(commitment, billed, pieces, context));
}

function commitmentsOf({ spans }: BilledPeriod): Commitment[] {
  const commitments: Commitment[] = [];
  for (const span of spans) {
    const { plan, minimum } = span.terms;
    if (minimum === undefined || !span.charged) continue;
    const known = commitments.find((one) => one.plan === plan && one.minimum.text === minimum.text);
    if (known === undefined) commitments.push({ plan, minimum, spans: [span] });
    else known.spans.push(span);
  }
  return commitments;
}

function missing(
  { plan, minimum, spans }: Commitment,
  billed: BilledPeriod,
  pieces: readonly OwedPiece[],
  { facts, settings, timeline }: BillingContext,
): OwedPiece[] {
  const { subscription, period, taxDate, measure } = billed;
  const counted = pieces.filter((piece) => piece.plan === plan).reduce((sum, { amount }) => sum + amount, 0n);
  const part = committedPart(billed, spans, settings);
  const amount =
    roundHalfUp(minimum.minorUnits.times(Rational.of(BigInt(part), BigInt(measure.length)))) - counted;
  if (amount <= 0n) return [];
  const rates = facts.taxes.ratesOn(taxDate, subscription.taxes, facts.exemptions);
  const due = billed.serviceTo === billed.to ? period.to : timeline.dateOf(billed.serviceTo);
  const share = part === measure.length ? "" : ` × ${measure.describe(part)}`;
  return [
    {
      key: keyOf([
        ...[subscription.id, "minimum", period.toString(), plan],
        ...[minimum.text, signatureOf(rates)],
      ]),
      component: "minimum",
      subscription: subscription.id,
      description: `${plan}: minimum`,
      plan,
      from: period.from,
      to: period.to,
      dueTick: billed.serviceTo,
      due,
      billingDate: due,
      cycleEnd: billed.cycleEnd,
      taxDate,
      rates,
      amount,
      discounts: [],
      explanation: `minimum ${minimum}${share} − ${printScaled(counted, facts.currency.decimals)} charged, rounded once`,
    },
  ];
}

/** Like the price: prorated, or whole from the first day that counts. */
function committedPart(
  { measure }: BilledPeriod,
  spans: readonly ServiceSpan[],
  { prorationMode }: BillingSettings,
): number {
  if (prorationMode === "none" || prorationMode === "full") return measure.length;
  return spans.reduce((sum, { from, to }) => sum + measure.position(to) - measure.position(from), 0);
}
