import { compareText } from "../../../../base/src/compare-text.ts";
import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { dateOfMoment } from "../../cycles/moment.ts";
import { quantityText } from "../../usage/quantity-text.ts";
import type { CustomerFacts, TopUp, UsageFact } from "../facts/customer-facts.ts";

/** Usage that is not billed, or a top-up that covers nothing, and why. */
export interface Unbilled {
  readonly subscription: string;
  /** The id of a top-up. Usage has none. */
  readonly id?: string | undefined;
  readonly metric: string;
  /** The measured quantity, or the units of a top-up. */
  readonly quantity: string;
  readonly date: LocalDate;
  readonly reason: string;
}

export function unbilledUsage(
  fact: UsageFact,
  reason: string,
  { zone }: Pick<CustomerFacts, "zone">,
): Unbilled {
  const { subscription, metric, quantity } = fact;
  return { subscription, metric, quantity: quantityText(quantity), date: dateOfMoment(fact, zone), reason };
}

/** Usage and top-ups of subscriptions that the customer does not have. */
export function ofUnknownSubscriptions(facts: CustomerFacts): Unbilled[] {
  const known = new Set(facts.subscriptions.map(({ id }) => id));
  const isUnknown = ({ subscription }: UsageFact | TopUp) => !known.has(subscription);
  const reason = "the customer has no subscription of this id";
  return [
    ...facts.usage.filter(isUnknown).map((fact) => unbilledUsage(fact, reason, facts)),
    ...facts.topUps.filter(isUnknown).map((topUp) => unbilledTopUp(topUp, reason, facts)),
  ];
}

/** A top-up whose units cover nothing. */
export function unbilledTopUp(topUp: TopUp, reason: string, { zone }: Pick<CustomerFacts, "zone">): Unbilled {
  const { subscription, id, metric, units } = topUp;
  return { subscription, id, metric, quantity: quantityText(units), date: dateOfMoment(topUp, zone), reason };
}

/** Compares by subscription, date and metric, so that the order of the facts does not change that of the list. */
export function inUnbilledOrder(one: Unbilled, other: Unbilled): number {
  return (
    compareText(one.subscription, other.subscription) ||
    one.date.day - other.date.day ||
    compareText(one.metric, other.metric) ||
    compareText(one.id ?? "", other.id ?? "") ||
    compareText(one.quantity, other.quantity) ||
    compareText(one.reason, other.reason)
  );
}
