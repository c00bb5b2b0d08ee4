import { dateOfMoment, type Moment } from "../../cycles/moment.ts";
import type { Money } from "../../money/money.ts";
import type { OneOff, TopUp } from "../facts/customer-facts.ts";
import type { BillingContext } from "../periods/billing-context.ts";
import { keyOf } from "./key-of.ts";
import type { OwedPiece } from "./owed-piece.ts";
import { signatureOf } from "./owed-recurring.ts";

/** The price of a one-off item, due when it is sold, without proration. */
export function owedOneOff(sold: OneOff, context: BillingContext): OwedPiece {
  return once(
    sold,
    { component: "one-off", amount: sold.amount, description: sold.description },
    sold.taxes,
    context,
  );
}

/** Extra units cost their price when they are bought; they are taxed as the service they belong to. */
export function owedTopUp(topUp: TopUp, taxes: readonly string[], context: BillingContext): OwedPiece {
  const description = `${topUp.metric} top-up`;
  const { subscription } = topUp;
  return once(topUp, { component: "top-up", amount: topUp.price, description, subscription }, taxes, context);
}

function once(
  sold: Moment & { readonly id: string },
  what: Pick<OwedPiece, "component" | "description" | "subscription"> & { readonly amount: Money },
  taxes: readonly string[],
  { facts, timeline }: BillingContext,
): OwedPiece {
  const date = dateOfMoment(sold, facts.zone);
  const rates = facts.taxes.ratesOn(date, taxes, facts.exemptions);
  return {
    ...what,
    key: keyOf([what.component, sold.id, signatureOf(rates)]),
    from: date,
    to: date.plusDays(1),
    dueTick: timeline.tickOf(sold),
    due: date,
    taxDate: date,
    rates,
    amount: what.amount.minor,
    discounts: [],
    explanation: `sold once on ${date}`,
  };
}
