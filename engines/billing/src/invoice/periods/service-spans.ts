import type { Timeline } from "../../cycles/timeline.ts";
import type { BillingSettings } from "../../settings.ts";
import type { Block } from "../facts/customer-facts.ts";
import type { Subscription, SubscriptionFact, Terms } from "../facts/subscription.ts";

/** A time during which the same terms hold, in ticks, `to` not included. */
export interface ServiceSpan {
  readonly from: number;
  readonly to: number;
  readonly terms: Terms;
  /** False in a trial, a pause, or a block that is not billed. */
  readonly charged: boolean;
  /** Free of charge, but in use. */
  readonly inTrial: boolean;
}

/** Whether usage in a span has a price: where it is charged, and in a trial as the tenant says. */
export function isUsageBilled(
  { charged, inTrial }: ServiceSpan,
  { usageInTrial }: Pick<BillingSettings, "usageInTrial">,
): boolean {
  return charged || (inTrial && usageInTrial === "billed");
}

interface Happening {
  readonly tick: number;
  readonly kind: Exclude<SubscriptionFact["kind"], "realign"> | "trial-end" | "block" | "unblock";
  readonly terms?: Terms;
}

/** The last tick of all: the end of a service that was not cancelled. */
const endless = Number.MAX_SAFE_INTEGER;

/**
 * The life of a subscription as a row of spans without gaps, from its start to its cancellation.
 * Facts may come in any order: those of one day hold in the order of their instants, a date standing for its
 * beginning, and of several at one instant the later in the list holds last. A fact before
 * the start holds from the start; one after the cancellation changes nothing.
 */
export function serviceSpans(
  subscription: Subscription,
  blocks: readonly Block[],
  timeline: Timeline,
  settings: Pick<BillingSettings, "dayOfChange" | "dayOfTermination" | "billWhileBlocked">,
): ServiceSpan[] {
  const start = timeline.tickOf(subscription.start);
  const happenings = [
    ...trialOf(subscription, timeline),
    ...inTimeOrder(subscription.facts, timeline).flatMap((fact) => happeningOf(fact, timeline, settings)),
    ...(settings.billWhileBlocked ? [] : blocks.flatMap((block) => blockOf(block, timeline))),
  ].sort((one, other) => one.tick - other.tick);
  return cutIntoSpans(start, subscription, happenings);
}

function cutIntoSpans(
  start: number,
  subscription: Subscription,
  happenings: readonly Happening[],
): ServiceSpan[] {
  const spans: ServiceSpan[] = [];
  let terms = subscription.terms;
  let paused = false;
  let inTrial = subscription.trialEnd !== undefined;
  let blocks = 0;
  let from = start;
  const spanOf = (begin: number, end: number): ServiceSpan => {
    const inUse = !paused && blocks === 0;
    return { from: begin, to: end, terms, charged: inUse && !inTrial, inTrial: inUse && inTrial };
  };
  const closeAt = (to: number) => {
    if (to > from) spans.push(spanOf(from, to));
    from = Math.max(to, from);
  };
  for (const happening of happenings) {
    closeAt(happening.tick);
    if (happening.kind === "cancel") return spans;
    if (happening.kind === "change") terms = happening.terms ?? terms;
    if (happening.kind === "pause") paused = true;
    if (happening.kind === "resume") paused = false;
    if (happening.kind === "trial-end") inTrial = false;
    if (happening.kind === "block") blocks += 1;
    if (happening.kind === "unblock") blocks -= 1;
  }
  closeAt(endless);
  return spans;
}

function inTimeOrder(facts: readonly SubscriptionFact[], timeline: Timeline): readonly SubscriptionFact[] {
  return facts.length < 2 ? facts : [...facts].sort((one, other) => timeline.compare(one, other));
}

function trialOf({ trialEnd }: Subscription, timeline: Timeline): Happening[] {
  return trialEnd === undefined ? [] : [{ tick: timeline.tickOf(trialEnd), kind: "trial-end" }];
}

/** A day can belong to one plan only; a second does not have to be shared. */
function happeningOf(
  fact: SubscriptionFact,
  timeline: Timeline,
  settings: Pick<BillingSettings, "dayOfChange" | "dayOfTermination">,
): Happening[] {
  if (fact.kind === "realign") return [];
  const isAfterDay =
    fact.kind === "cancel" ? settings.dayOfTermination === "paid" : settings.dayOfChange === "old-plan";
  const dayAfter = timeline.unit === "day" && isAfterDay ? 1 : 0;
  const tick = timeline.tickOf(fact) + dayAfter;
  return [fact.kind === "change" ? { tick, kind: "change", terms: fact.terms } : { tick, kind: fact.kind }];
}

function blockOf({ from, to }: Block, timeline: Timeline): Happening[] {
  const start: Happening = { tick: timeline.startOf(from), kind: "block" };
  return to === undefined ? [start] : [start, { tick: timeline.startOf(to), kind: "unblock" }];
}
