import { compareText } from "../../../base/src/compare-text.ts";
import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { timelineOf } from "../cycles/timeline.ts";
import { requireDistinct } from "../require-distinct.ts";
import type { BillingSettings } from "../settings.ts";
import { computeTax } from "../tax/compute-tax.ts";
import { billedPeriods } from "./billed-periods.ts";
import { billedSoFar } from "./billed-so-far.ts";
import type { BillingContext } from "./billing-context.ts";
import type { CustomerFacts } from "./customer-facts.ts";
import { discountOwed } from "./discount-owed.ts";
import type { Invoice, InvoiceLine, Unbilled } from "./invoice.ts";
import { chargeLine, creditLine } from "./line-of.ts";
import { owedOneOff, owedTopUp } from "./owed-once.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { owedRecurring } from "./owed-recurring.ts";
import { owedUsage } from "./owed-usage.ts";
import { type Delta, settle } from "./settle.ts";
import { totalLines } from "./total-lines.ts";

/**
 * The lines that a customer owes up to and including the target date and that no earlier invoice
 * has billed. Everything that the facts make owed is computed anew and compared with what was
 * billed: a second run gives no lines, and a corrected past gives adjusting ones.
 */
export function draftInvoice(facts: CustomerFacts, target: LocalDate, settings: BillingSettings): Invoice {
  requireDistinctFacts(facts);
  const context = contextOf(facts, target, settings);
  const { pieces, unbilled } = everythingOwed(context);
  const discounted = discountOwed(pieces.sort(inLineOrder), facts.discounts, settings);
  const deltas = settle(discounted, billedSoFar(facts.billed, facts.credited), context.target);
  return totalLines(linesOf(deltas, target, context), unbilled, facts.currency);
}

function requireDistinctFacts({ subscriptions, discounts, oneOffs, topUps, billed }: CustomerFacts): void {
  requireDistinct("subscriptions", subscriptions);
  requireDistinct("discounts", discounts);
  requireDistinct("oneOffs", oneOffs);
  requireDistinct("topUps", topUps);
  requireDistinct("billed", billed);
}

function contextOf(facts: CustomerFacts, target: LocalDate, settings: BillingSettings): BillingContext {
  const timeline = timelineOf(settings.prorationUnit, facts.zone);
  const lastTick = timeline.startOf(target.plusDays(1)) - 1;
  const horizon = facts.billed.reduce((latest, { to }) => {
    const tick = timeline.startOf(to);
    return Math.max(tick, latest);
  }, lastTick);
  return { facts, settings, timeline, target: lastTick, horizon };
}

function everythingOwed(context: BillingContext): { pieces: OwedPiece[]; unbilled: Unbilled[] } {
  const { facts } = context;
  const pieces = facts.oneOffs.map((sold) => owedOneOff(sold, context));
  const unbilled = ofUnknownSubscriptions(facts);
  for (const subscription of facts.subscriptions) {
    const usage = facts.usage.filter((fact) => fact.subscription === subscription.id);
    const topUps = facts.topUps.filter((topUp) => topUp.subscription === subscription.id);
    const periods = billedPeriods(subscription, context);
    for (const period of periods) pieces.push(...owedRecurring(period, context));
    for (const topUp of topUps) pieces.push(owedTopUp(topUp, subscription.taxes, context));
    const used = owedUsage(periods, usage, topUps, context);
    pieces.push(...used.pieces);
    unbilled.push(...used.unbilled);
  }
  return { pieces, unbilled: unbilled.sort(bySubscription) };
}

function bySubscription(one: Unbilled, other: Unbilled): number {
  return compareText(one.subscription, other.subscription) || compareText(one.reason, other.reason);
}

function ofUnknownSubscriptions({ subscriptions, usage, topUps }: CustomerFacts): Unbilled[] {
  const known = new Set(subscriptions.map(({ id }) => id));
  return [...usage, ...topUps]
    .filter(({ subscription }) => !known.has(subscription))
    .map(({ subscription }) => ({ subscription, reason: "the customer has no subscription of this id" }));
}

/** By subscription, then time, then what it is: an order that no order of the facts can change. */
function inLineOrder(one: OwedPiece, other: OwedPiece): number {
  return (
    compareText(one.subscription ?? "", other.subscription ?? "") ||
    one.from.day - other.from.day ||
    compareText(one.component, other.component) ||
    one.dueTick - other.dueTick ||
    compareText(one.key, other.key)
  );
}

function linesOf(
  deltas: readonly Delta[],
  target: LocalDate,
  { facts, settings }: BillingContext,
): InvoiceLine[] {
  const charges = deltas.filter(({ price }) => price >= 0n);
  const taxed = computeTax(
    charges.map(({ price, piece }) => ({ amount: price, rates: piece?.rates ?? [] })),
    settings,
  );
  const taxedOf = new Map(charges.map((delta, index) => [delta, taxed[index]]));
  return deltas.flatMap((delta) => {
    const taxes = taxedOf.get(delta);
    const line =
      taxes === undefined
        ? creditLine(delta, target, facts.currency, settings.prices)
        : chargeLine(delta, taxes, target, facts.currency);
    return line ?? [];
  });
}
