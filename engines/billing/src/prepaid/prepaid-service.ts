import type { Moment } from "../cycles/moment.ts";
import type { Money } from "../money/money.ts";
import type { RenewalTerm } from "./renewal-row.ts";

/** A service that runs as long as a wallet pays for it. */
export interface PrepaidService {
  /** For one full period; above 0. */
  readonly price: Money;
  /** How long a renewal lasts, counted from the day or the moment at which service began. */
  readonly term: RenewalTerm;
  /** Whether a balance below the price buys single days or hours. */
  readonly partialRenewal: boolean;
}

/** Money that came into the wallet. */
export type WalletPayment = Moment & { readonly amount: Money };

/** Service bought from the wallet: dates or instants, `to` not included. */
export interface Renewal {
  readonly on: string;
  readonly from: string;
  readonly to: string;
  readonly cost: Money;
  readonly explanation: string;
}

export interface WalletState {
  readonly balance: Money;
  /** The first date or instant without service; undefined when there never was any. */
  readonly expires: string | undefined;
  readonly active: boolean;
  readonly renewals: readonly Renewal[];
}
