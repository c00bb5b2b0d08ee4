import type { CycleRule } from "../../cycles/cycle-rule.ts";
import type { Moment } from "../../cycles/moment.ts";
import type { Price } from "../../money/price.ts";
import type { Rational } from "../../money/rational.ts";
import type { UsagePrice } from "../../usage/usage-price.ts";

/** The price of a subscription while these terms apply. */
export interface Terms {
  readonly plan: string;
  /** For one unit and one full period; not negative. */
  readonly price: Price;
  readonly quantity: Rational;
  /** The least that price and usage of a full period come to. */
  readonly minimum?: Price | undefined;
  /** Prices of what is used, by metric. */
  readonly usage: readonly UsagePrice[];
}

/** A day of the month for cycles of months, a day of the week for cycles of weeks. */
export interface BillingDay {
  readonly dayOfMonth?: number | undefined;
  readonly dayOfWeek?: number | undefined;
}

/** Something that happened to a subscription; of several at one instant the last in the list holds. */
export type SubscriptionFact = Moment &
  (
    | { readonly kind: "change"; readonly terms: Terms }
    | { readonly kind: "pause" }
    | { readonly kind: "resume" }
    | { readonly kind: "cancel" }
    /** The billing day of the running subscription moves. */
    | ({ readonly kind: "realign" } & BillingDay)
  );

/** One service of a customer from its start on, with all that is known to have changed or to change. */
export interface Subscription {
  readonly id: string;
  readonly cycle: CycleRule;
  readonly timing: "in-advance" | "in-arrears";
  readonly start: Moment;
  /** Nothing is charged before it. */
  readonly trialEnd?: Moment | undefined;
  readonly terms: Terms;
  readonly facts: readonly SubscriptionFact[];
  /** Codes of the tax rules that apply to it. */
  readonly taxes: readonly string[];
}
