import type { LocalDate } from "../../../calendar/src/local-date.ts";
import { BillingFault } from "../billing-fault.ts";
import { Cycle } from "../cycles/cycle.ts";
import { Money } from "../money/money.ts";
import { Rational } from "../money/rational.ts";
import { roundHalfUp } from "../money/round-half-up.ts";
import type { BillingSettings } from "../settings.ts";
import type { PrepaidService, Renewal, WalletPayment, WalletState } from "./prepaid-service.ts";

/**
 * The wallet at the end of a date. A payment into a lapsed service buys at once, so that expiry
 * moves on payment; a running one renews on the date it would expire.
 * @throws BillingFault FACTS_INVALID for a price of 0 or less.
 */
export function walletOn(
  date: LocalDate,
  payments: readonly WalletPayment[],
  service: PrepaidService,
  settings: Pick<BillingSettings, "renewalFrom">,
): WalletState {
  if (service.price.minor <= 0n) {
    throw new BillingFault(
      "FACTS_INVALID",
      `expected a price above 0; found ${service.price}: write what one period costs`,
      ["service", "price"],
    );
  }
  const wallet = new Wallet(service, settings);
  const known = payments
    .filter(({ on }) => on.day <= date.day)
    .sort((one, other) => one.on.day - other.on.day);
  for (const { on, amount } of known) {
    wallet.renewBefore(on);
    wallet.receive(on, amount);
  }
  wallet.renewBefore(date.plusDays(1));
  return wallet.stateOn(date);
}

class Wallet {
  readonly #service: PrepaidService;
  readonly #renewalFrom: BillingSettings["renewalFrom"];
  readonly #renewals: Renewal[] = [];
  #balance: Money;
  #expires: LocalDate | undefined;
  /** Where the current run of service began; its renewals are counted from there. */
  #anchor: LocalDate | undefined;
  /** A renewal failed for want of money: the next one comes with a payment. */
  #lapsed = true;

  constructor(service: PrepaidService, settings: Pick<BillingSettings, "renewalFrom">) {
    this.#service = service;
    this.#renewalFrom = settings.renewalFrom;
    this.#balance = Money.zero(service.price.currency);
  }

  /** Renews on every expiry before the date while the balance lasts. */
  renewBefore(date: LocalDate): void {
    while (!this.#lapsed && this.#expires !== undefined && this.#expires.day < date.day) {
      this.#lapsed = !this.#buyFrom(this.#expires, this.#expires);
    }
  }

  receive(on: LocalDate, amount: Money): void {
    this.#balance = this.#balance.plus(amount);
    if (this.#expires !== undefined && on.day < this.#expires.day) return;
    const keepsExpiry = this.#renewalFrom === "expiry" && this.#expires !== undefined;
    const from = keepsExpiry ? (this.#expires ?? on) : on;
    if (!keepsExpiry) this.#anchor = on;
    this.#lapsed = !this.#buyFrom(from, on);
    this.renewBefore(on.plusDays(1));
  }

  stateOn(date: LocalDate): WalletState {
    const active = this.#renewals.some(({ from, to }) => from.day <= date.day && date.day < to.day);
    return { balance: this.#balance, expires: this.#expires, active, renewals: this.#renewals };
  }

  #buyFrom(from: LocalDate, on: LocalDate): boolean {
    const { price, cycle, partialRenewal } = this.#service;
    const row = Cycle.of(cycle, this.#anchor ?? from);
    const end = row.boundary(row.indexOf(from) + 1);
    const whole = row.period(row.indexOf(from)).days();
    const days = from.daysUntil(end);
    const affordable = this.#affordableDays(days, whole, partialRenewal);
    if (affordable === 0) return false;
    const to = from.plusDays(affordable);
    const cost = Money.of(costOf(affordable, whole, price), price.currency);
    const explanation =
      affordable === whole
        ? `full period, ${price}`
        : `days ${affordable} of ${whole}, rate ${price}, rounded once`;
    this.#balance = this.#balance.minus(cost);
    this.#expires = to;
    this.#renewals.push({ on, from, to, cost, explanation });
    return true;
  }

  #affordableDays(days: number, whole: number, partial: boolean): number {
    const { price } = this.#service;
    if (costOf(days, whole, price) <= this.#balance.minor) return days;
    if (!partial) return 0;
    let affordable = days - 1;
    while (affordable > 0 && costOf(affordable, whole, price) > this.#balance.minor) affordable -= 1;
    return affordable;
  }
}

function costOf(days: number, whole: number, price: Money): bigint {
  return roundHalfUp(Rational.of(price.minor * BigInt(days), BigInt(whole)));
}
