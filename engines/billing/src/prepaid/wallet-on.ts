import { located } from "../../../base/src/located.ts";
import type { Zone } from "../../../calendar/src/zone.ts";
import { BillingFault } from "../billing-fault.ts";
import type { Moment } from "../cycles/moment.ts";
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
  const known = payments
    .map((payment) => ({ tick: row.tickOf(payment), amount: payment.amount }))
    .filter(({ tick }) => tick < end)
    .sort((one, other) => one.tick - other.tick);
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
    `expected a price above 0; found ${price}: write what one period costs`,
    ["service", "price"],
  );
}

interface Bought {
  readonly from: number;
  readonly to: number;
  readonly renewal: Renewal;
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
      this.#lapsed = !this.#buyFrom(this.#expires, this.#expires);
    }
  }

  receive(at: number, amount: Money): void {
    this.#balance = this.#balance.plus(amount);
    if (this.#expires !== undefined && at < this.#expires) return;
    const keepsExpiry = this.#renewalFrom === "expiry" && this.#expires !== undefined;
    const from = keepsExpiry ? (this.#expires ?? at) : at;
    if (!keepsExpiry) this.#anchor = at;
    this.#lapsed = !this.#buyFrom(from, at);
    this.renewBefore(at + 1);
  }

  stateAt(tick: number): WalletState {
    const active = this.#bought.some(({ from, to }) => from <= tick && tick < to);
    const expires = this.#expires === undefined ? undefined : this.#row.print(this.#expires);
    return { balance: this.#balance, expires, active, renewals: this.#bought.map(({ renewal }) => renewal) };
  }

  #buyFrom(from: number, on: number): boolean {
    const { price, partialRenewal } = this.#service;
    const { end, left, whole } = this.#row.offerFrom(from, this.#anchor ?? from);
    const units = this.#affordable(left, whole, partialRenewal);
    if (units === 0) return false;
    const to = units === left ? end : from + units * this.#row.step;
    const cost = Money.of(costOf(units, whole, price), price.currency);
    const { unit, print } = this.#row;
    const explanation =
      units === whole
        ? `full period, ${price}`
        : `${unit}s ${units} of ${whole}, rate ${price}, rounded once`;
    this.#balance = this.#balance.minus(cost);
    this.#expires = to;
    const renewal = { on: print(on), from: print(from), to: print(to), cost, explanation };
    this.#bought.push({ from, to, renewal });
    this.#refuseEndless();
    return true;
  }

  #refuseEndless(): void {
    if (this.#bought.length <= mostRenewals) return;
    const { price } = this.#service;
    throw new BillingFault(
      "FACTS_INVALID",
      `expected a price that payments and dates renew at most ${mostRenewals} times; found ${price}, which they renew more often: check price, cycle and payments`,
    );
  }

  #affordable(left: number, whole: number, partial: boolean): number {
    const { price } = this.#service;
    if (costOf(left, whole, price) <= this.#balance.minor) return left;
    if (!partial) return 0;
    const most = Rational.of(this.#balance.minor * BigInt(whole), price.minor);
    let units = Math.min(left - 1, Number(most.floor()) + 1);
    while (units > 0 && costOf(units, whole, price) > this.#balance.minor) units -= 1;
    return units;
  }
}

function costOf(units: number, whole: number, price: Money): bigint {
  return roundHalfUp(Rational.of(price.minor * BigInt(units), BigInt(whole)));
}
