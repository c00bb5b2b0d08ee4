import { compareText } from "../../../base/src/compare-text.ts";
import { located } from "../../../base/src/located.ts";
import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { timelineOf } from "../cycles/timeline.ts";
import type { BillingSettings } from "../settings.ts";
import { discountOwed } from "./discounts/discount-owed.ts";
import type { CustomerFacts, TopUp, UsageFact } from "./facts/customer-facts.ts";
import { requireConsistent } from "./facts/require-consistent.ts";
import type { Subscription } from "./facts/subscription.ts";
import { billedSoFar } from "./lines/billed-so-far.ts";
import type { Invoice } from "./lines/invoice.ts";
import { linesOf } from "./lines/lines-of.ts";
import { settle } from "./lines/settle.ts";
import { totalLines } from "./lines/total-lines.ts";
import { owedMinimum } from "./owed/owed-minimum.ts";
import { owedOneOff, owedTopUp } from "./owed/owed-once.ts";
import type { OwedPiece } from "./owed/owed-piece.ts";
import { owedRecurring } from "./owed/owed-recurring.ts";
import { owedUsage } from "./owed/owed-usage.ts";
import { inUnbilledOrder, ofUnknownSubscriptions, type Unbilled } from "./owed/unbilled.ts";
import { billedPeriods } from "./periods/billed-periods.ts";
import type { BillingContext } from "./periods/billing-context.ts";

/**
 * The lines that a customer owes up to and including the target date and that no earlier invoice
 * has billed. Everything that the facts make owed is computed anew and compared with what was
 * billed: a second run gives no lines, and a corrected past gives adjusting ones.
 */
export function draftInvoice(facts: CustomerFacts, target: LocalDate, settings: BillingSettings): Invoice {
  requireConsistent(facts);
  const context = contextOf(facts, target, settings);
  const { pieces, unbilled } = everythingOwed(context);
  const discounted = discountOwed(pieces.sort(inLineOrder), facts.discounts, settings);
  const deltas = settle(discounted, billedSoFar(facts.billed, facts.credited), context.target);
  return totalLines(linesOf(deltas, target, facts.currency, settings), unbilled, facts);
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
  const pieces = facts.oneOffs.map((sold, index) =>
    located(["oneOffs", index], () => owedOneOff(sold, context)),
  );
  const unbilled = ofUnknownSubscriptions(facts);
  const measured = bySubscriptionId(facts.usage);
  const bought = bySubscriptionId(facts.topUps);
  for (const [index, subscription] of facts.subscriptions.entries()) {
    const usage = measured.get(subscription.id) ?? [];
    const topUps = bought.get(subscription.id) ?? [];
    const owed = located(["subscriptions", index], () =>
      owedBySubscription(subscription, usage, topUps, context),
    );
    for (const piece of owed.pieces) pieces.push(piece);
    for (const fact of owed.unbilled) unbilled.push(fact);
  }
  return { pieces, unbilled: unbilled.sort(inUnbilledOrder) };
}

function owedBySubscription(
  subscription: Subscription,
  usage: readonly UsageFact[],
  topUps: readonly TopUp[],
  context: BillingContext,
): { readonly pieces: readonly OwedPiece[]; readonly unbilled: readonly Unbilled[] } {
  const periods = billedPeriods(subscription, context);
  const used = owedUsage(periods, usage, topUps, context);
  const pieces = periods.flatMap((period) => {
    const owed = [...owedRecurring(period, context), ...(used.pieces.get(period) ?? [])];
    return [...owed, ...owedMinimum(period, owed, context)];
  });
  return {
    pieces: [...pieces, ...topUps.map((topUp) => owedTopUp(topUp, subscription.taxes, context))],
    unbilled: used.unbilled,
  };
}

/** So that every subscription finds its own facts without looking at those of the others. */
function bySubscriptionId<Fact extends { readonly subscription: string }>(
  facts: readonly Fact[],
): Map<string, Fact[]> {
  const lists = new Map<string, Fact[]>();
  for (const fact of facts) {
    const list = lists.get(fact.subscription);
    if (list === undefined) lists.set(fact.subscription, [fact]);
    else list.push(fact);
  }
  return lists;
}

/** A minimum stands after what counts towards it. */
const rank = { "one-off": 0, recurring: 1, "top-up": 2, usage: 3, minimum: 4 } as const;

/** Compares by subscription, time and component, so that the order of the facts does not change that of the lines. */
function inLineOrder(one: OwedPiece, other: OwedPiece): number {
  return (
    compareText(one.subscription ?? "", other.subscription ?? "") ||
    one.from.day - other.from.day ||
    rank[one.component] - rank[other.component] ||
    one.dueTick - other.dueTick ||
    compareText(one.key, other.key)
  );
}
