import { dateOfMoment } from "../../cycles/moment.ts";
import type { UsageFact } from "../facts/customer-facts.ts";
import type { BilledPeriod } from "../periods/billed-periods.ts";
import type { BillingContext } from "../periods/billing-context.ts";

/** Why no plan of a subscription prices what was measured at a tick. */
export function whyUnpriced(
  tick: number,
  periods: readonly BilledPeriod[],
  { timeline }: BillingContext,
): string {
  const [first, last] = [periods[0], periods.at(-1)];
  if (first === undefined || last === undefined) return "there was no service by the target date";
  if (tick < first.serviceFrom) return `before the service began on ${timeline.dateOf(first.serviceFrom)}`;
  if (tick >= last.serviceTo) return `after the service ended on ${timeline.dateOf(last.serviceTo)}`;
  return "no plan that was in force then has a price for this metric";
}

/** Why what was measured while a service was not in use is free. */
export function whyFree(fact: UsageFact, { facts, settings }: BillingContext): string {
  const date = dateOfMoment(fact, facts.zone);
  const block = facts.blocks.find(
    ({ from, to }) => from.day <= date.day && (to === undefined || date.day < to.day),
  );
  const isBlocked = !settings.billWhileBlocked && block !== undefined;
  return isBlocked ? `the service was blocked from ${block.from} on` : "the service was paused";
}
