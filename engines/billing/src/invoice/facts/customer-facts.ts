import type { LocalDate } from "../../../../calendar/src/local-date.ts";
import type { Zone } from "../../../../calendar/src/zone.ts";
import type { Moment } from "../../cycles/moment.ts";
import type { Discount } from "../../discounts/discount.ts";
import type { Currency } from "../../money/currency.ts";
import type { Money } from "../../money/money.ts";
import type { Rational } from "../../money/rational.ts";
import type { Exemption } from "../../tax/rules/tax-rule.ts";
import type { TaxTable } from "../../tax/rules/tax-table.ts";
import type { BilledLine, CreditedLine } from "./billed-line.ts";
import type { Subscription } from "./subscription.ts";

/** A quantity that was measured. */
export type UsageFact = Moment & {
  readonly subscription: string;
  readonly metric: string;
  readonly quantity: Rational;
};

/** Something sold once. */
export type OneOff = Moment & {
  readonly id: string;
  readonly description: string;
  readonly amount: Money;
  readonly taxes: readonly string[];
};

/** Extra units of a metric, paid when they are bought. */
export type TopUp = Moment & {
  readonly id: string;
  readonly subscription: string;
  readonly metric: string;
  readonly units: Rational;
  readonly price: Money;
};

/** Dates on which dunning blocked the service; without an end while it still does. */
export interface Block {
  readonly from: LocalDate;
  readonly to?: LocalDate | undefined;
}

/** All that is known of one customer: what an invoice is computed from, in any order. */
export interface CustomerFacts {
  readonly currency: Currency;
  readonly zone: Zone;
  readonly subscriptions: readonly Subscription[];
  readonly usage: readonly UsageFact[];
  readonly topUps: readonly TopUp[];
  readonly oneOffs: readonly OneOff[];
  readonly discounts: readonly Discount[];
  readonly taxes: TaxTable;
  readonly exemptions: readonly Exemption[];
  readonly blocks: readonly Block[];
  /** Every line of the customer's earlier invoices. */
  readonly billed: readonly BilledLine[];
  /** The amounts of those lines that credit notes returned, without adjustments by this engine. */
  readonly credited: readonly CreditedLine[];
}
