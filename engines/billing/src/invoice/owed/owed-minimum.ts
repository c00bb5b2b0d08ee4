import type { Price } from "../../money/price.ts";
import { printScaled } from "../../money/print-decimal.ts";
import { Rational } from "../../money/rational.ts";
import { roundHalfUp } from "../../money/round-half-up.ts";
import type { BillingSettings } from "../../settings.ts";
import type { Terms } from "../facts/subscription.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import type { ServiceSpan } from "../periods/service-spans.ts";
import { countedOf } from "./counted-of.ts";
import { datesOf } from "./dates-of.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { signatureOf } from "./owed-recurring.ts";
import { isWhole, wholePeriod } from "./whole-period.ts";

/** A plan with a minimum, and when it was in force in a period. */
interface Commitment {
  readonly terms: Terms;
  readonly minimum: Price;
  /** The time that the minimum is for. */
  readonly spans: ServiceSpan[];
  /** The same with the time that is free of charge: usage may be billed in it. */
  readonly inForce: ServiceSpan[];
  /** Units of the period that the minimum is for. */
  part: number;
}

/**
 * The amount missing to the minimums of the plans of a period, due when the period is over. Price and usage of the time
 * of a minimum count towards it, before discounts; what is sold once does not.
 * @param pieces all that the period owes
 */
export function owedMinimum(
  billed: BilledPeriod,
  pieces: readonly OwedPiece[],
  context: BillingContext,
): OwedPiece[] {
  if (billed.spans.every(({ terms }) => terms.minimum === undefined)) return [];
  const commitments = commitmentsIn(billed, context.settings);
  return commitments.flatMap((commitment, place) => {
    const earlier = commitments.slice(0, place).map(({ inForce }) => inForce);
    const counted = pieces.reduce(
      (sum, piece) => sum + countedOf(piece, commitment.inForce, earlier, billed),
      0n,
    );
    return missing(commitment, counted, billed, context);
  });
}

/** Like the prices: prorated, or whole from the first moment that counts. */
function commitmentsIn(billed: BilledPeriod, settings: BillingSettings): Commitment[] {
  if (!isWhole(settings)) return proratedCommitments(billed);
  const whole = wholePeriod(billed, settings);
  const minimum = whole?.terms.minimum;
  if (whole === undefined || minimum === undefined) return [];
  const { from, to, measure } = billed;
  const inForce = [{ ...whole, from, to }];
  return [{ terms: whole.terms, minimum, spans: [whole], inForce, part: measure.length }];
}

function proratedCommitments({ spans, measure }: BilledPeriod): Commitment[] {
  const commitments: Commitment[] = [];
  for (const span of spans) {
    const { terms, from, to, charged } = span;
    const { plan, minimum } = terms;
    if (minimum === undefined) continue;
    let one = commitments.find((known) => known.terms.plan === plan && known.minimum.text === minimum.text);
    if (one === undefined) {
      one = { terms, minimum, spans: [], inForce: [], part: 0 };
      commitments.push(one);
    }
    one.inForce.push(span);
    if (!charged) continue;
    one.spans.push(span);
    one.part += measure.position(to) - measure.position(from);
  }
  return commitments.filter((one) => one.spans.length > 0);
}

function missing(
  { terms: { plan }, minimum, spans, part }: Commitment,
  counted: bigint,
  billed: BilledPeriod,
  { facts, timeline }: BillingContext,
): OwedPiece[] {
  const { subscription, period, arrearsTaxDate: taxDate, measure } = billed;
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
      service: spans,
      ...datesOf(spans, billed, timeline),
      dueTick: billed.serviceTo,
      due,
      cycleEnd: billed.cycleEnd,
      taxDate,
      rates,
      amount,
      discounts: [],
      explanation: `minimum ${minimum}${share} − ${printScaled(counted, facts.currency.decimals)} charged, rounded once`,
    },
  ];
}
