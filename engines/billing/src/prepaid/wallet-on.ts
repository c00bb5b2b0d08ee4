import { located } from "../../../base/src/located.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { BillingFault } from "../billing-fault.ts";
import { compareMoments, type Moment } from "../cycles/moment.ts";
import { Money } from "../money/money.ts";
import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import type { PrepaidService, Renewal, WalletPayment, WalletState } from "./prepaid-service.ts";
import { type RenewalRow, renewalRow } from "./renewal-row.ts";

/** More renewals than a hundred years of days: a price or a term is wrong by much. */
const mostRenewals = 40_000;

/**
 * The wallet at the end of a date, or at an instant. A payment into a lapsed service buys at once, so that
 * expiry moves on payment; a running one renews when it would expire.
 * @throws BillingFault FACTS_INVALID for a price of 0 or less, and where it renews without end.
 */
export function walletOn(
  moment: Moment,
  payments: readonly WalletPayment[],
  service: PrepaidService,
  zone: Zone,
  settings: Pick<BillingSettings, "renewalFrom">,
): WalletState {
  requirePrice(service.price);
  const row = renewalRow(service.term, zone);
  const end = endOf(moment, row);
  const wallet = new Wallet(service, row, settings);
  const known = [...payments]
    .sort((one, other) => compareMoments(one, other, zone))
    .map((payment) => ({ tick: row.tickOf(payment), amount: payment.amount }))
    .filter(({ tick }) => tick < end);
  return located(["service", "price"], () => {
    for (const { tick, amount } of known) {
      wallet.renewBefore(tick);
      wallet.receive(tick, amount);
    }
    wallet.renewBefore(end);
    return wallet.stateAt(end - 1);
  });
}

/** The first tick that is not looked at: after the date or the instant. */
function endOf(moment: Moment, row: RenewalRow): number {
  return moment.on === undefined ? row.tickOf(moment) + 1 : row.after(moment.on);
}

function requirePrice(price: Money): void {
  if (price.minor > 0n) return;
  throw new BillingFault(
    "FACTS_INVALID",
    `expected a price above 0; found ${price}: write the price of one period`,
    ["service", "price"],
  );
}

interface Bought {
  readonly from: number;
  readonly to: number;
  readonly renewal: Renewal;
}

/** A period that is bought in parts. Together they cost the price exactly. */
interface Begun {
  readonly anchor: number;
  readonly end: number;
  /** Units of the period bought so far. */
  readonly sold: number;
}

class Wallet {
  readonly #service: PrepaidService;
  readonly #row: RenewalRow;
  readonly #renewalFrom: BillingSettings["renewalFrom"];
  readonly #bought: Bought[] = [];
  #balance: Money;
  #expires: number | undefined;
  /** Where the current run of service began; its renewals are counted from there. */
  #anchor: number | undefined;
  #begun: Begun | undefined;
  /** When money came last: nothing is bought before. */
  #paidAt = Number.NEGATIVE_INFINITY;
  /** A renewal failed for want of money: the next one comes with a payment. */
  #lapsed = true;

  constructor(service: PrepaidService, row: RenewalRow, settings: Pick<BillingSettings, "renewalFrom">) {
    this.#service = service;
    this.#row = row;
    this.#renewalFrom = settings.renewalFrom;
    this.#balance = Money.zero(service.price.currency);
  }

  /** Renews at every expiry before the tick while the balance lasts. */
  renewBefore(tick: number): void {
    while (!this.#lapsed && this.#expires !== undefined && this.#expires < tick) {
      this.#lapsed = !this.#buyFrom(this.#expires, Math.max(this.#expires, this.#paidAt));
    }
  }

  receive(at: number, amount: Money): void {
    this.#balance = this.#balance.plus(amount);
    this.#paidAt = at;
    if (this.#expires !== undefined && at < this.#expires) return;
    const goesOn = this.#expires !== undefined && (this.#renewalFrom === "expiry" || at === this.#expires);
    const from = goesOn ? (this.#expires ?? at) : at;
    if (!goesOn) this.#anchor = at;
    this.#lapsed = !this.#buyFrom(from, at);
    this.renewBefore(at + 1);
  }

  stateAt(tick: number): WalletState {
    const active = this.#bought.some(({ from, to }) => from <= tick && tick < to);
    const expires = this.#expires === undefined ? undefined : this.#row.print(this.#expires);
    return { balance: this.#balance, expires, active, renewals: this.#bought.map(({ renewal }) => renewal) };
  }

  #buyFrom(from: number, on: number): boolean {
    const { price } = this.#service;
    const anchor = this.#anchor ?? from;
    const { end, left, whole } = this.#row.offerFrom(from, anchor);
    const sold = this.#soldOf(anchor, end);
    const units = this.#affordable(left, { whole, sold });
    if (units === 0) return false;
    const to = units === left ? end : from + units * this.#row.step;
    const cost = Money.of(this.#costOf(units, { whole, sold }), price.currency);
    const { print } = this.#row;
    this.#balance = this.#balance.minus(cost);
    this.#expires = to;
    this.#begun = { anchor, end, sold: sold + units };
    const explanation = this.#explain(units, { whole, sold });
    const renewal = { on: print(on), from: print(from), to: print(to), cost, explanation };
    this.#bought.push({ from, to, renewal });
    this.#refuseEndless();
    return true;
  }

  #soldOf(anchor: number, end: number): number {
    return this.#begun?.anchor === anchor && this.#begun.end === end ? this.#begun.sold : 0;
  }

  #explain(units: number, { whole, sold }: Part): string {
    const { price } = this.#service;
    if (units === whole) return `full period, ${price}`;
    const before = sold === 0 ? "" : ` after ${sold} already bought`;
    return `${this.#row.unit}s ${units} of ${whole}${before}, rate ${price}, rounded once`;
  }

  #refuseEndless(): void {
    if (this.#bought.length <= mostRenewals) return;
    const { price } = this.#service;
    throw new BillingFault(
      "FACTS_INVALID",
      `expected a price that payments and dates renew at most ${mostRenewals} times; found ${price}, which they renew more often: check price, cycle and payments`,
    );
  }

  /**
   * The units that can be bought: all the money paid for the period is at least the exact share of all its units bought.
   * Time for nothing would renew without end, so that it costs at least the smallest unit of money.
   */
  #affordable(left: number, part: Part): number {
    const { price, partialRenewal } = this.#service;
    const money = shareOf(part.sold, part.whole, price) + this.#balance.minor;
    const paid = Number(Rational.of(money * BigInt(part.whole), price.minor).floor());
    const units = Math.min(left, paid - part.sold);
    return (units === left || partialRenewal) && this.#costOf(units, part) > 0n ? units : 0;
  }

  /** The cost of the units that follow those bought of the period before. */
  #costOf(units: number, { whole, sold }: Part): bigint {
    const { price } = this.#service;
    return shareOf(sold + units, whole, price) - shareOf(sold, whole, price);
  }
}

/** Units of a whole period, and those of them that were bought before. */
interface Part {
  readonly whole: number;
  readonly sold: number;
}

function shareOf(units: number, whole: number, price: Money): bigint {
  return roundHalfUp(Rational.of(price.minor * BigInt(units), BigInt(whole)));
}
