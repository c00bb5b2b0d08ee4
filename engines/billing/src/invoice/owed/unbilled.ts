import { compareText } from "../../../../base/src/compare-text.ts";
import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import { dateOfMoment } from "../../cycles/moment.ts";
import { quantityText } from "../../usage/quantity-text.ts";
import type { CustomerFacts, TopUp, UsageFact } from "../facts/customer-facts.ts";

/** A fact that is not billed, and why. */
export interface Unbilled {
  readonly subscription: string;
  /** The id of a top-up; usage has none. */
  readonly id?: string | undefined;
  readonly metric: string;
  /** What was measured, or the units of a top-up. */
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

function unbilledTopUp(topUp: TopUp, reason: string, { zone }: CustomerFacts): Unbilled {
  const { subscription, id, metric, units } = topUp;
  return { subscription, id, metric, quantity: quantityText(units), date: dateOfMoment(topUp, zone), reason };
}

/** By subscription, then date, then what it is: an order that no order of the facts can change. */
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
