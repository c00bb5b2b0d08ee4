import type { LocalDate } from "../../../calendar/src/local-date.ts";
import type { CycleRule } from "../cycles/cycle-rule.ts";
import type { Money } from "../money/money.ts";

/** A service that runs as long as a wallet pays for it. */
export interface PrepaidService {
  /** For one full period; above 0. */
  readonly price: Money;
  /** How long a renewal lasts, counted from the day on which service began. */
  readonly cycle: CycleRule;
  /** Whether a balance below the price buys single days. */
  readonly partialRenewal: boolean;
}

/** Money that came into the wallet. */
export interface WalletPayment {
  readonly on: LocalDate;
  readonly amount: Money;
}

/** Service bought from the wallet: dates, `to` not included. */
export interface Renewal {
  readonly on: LocalDate;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly cost: Money;
  readonly explanation: string;
}

export interface WalletState {
  readonly balance: Money;
  /** The first date without service; undefined when there never was any. */
  readonly expires: LocalDate | undefined;
  readonly active: boolean;
  readonly renewals: readonly Renewal[];
}
