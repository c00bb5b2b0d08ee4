import type { Redis } from "ioredis";
import type { Clock } from "../../../../process/clock.ts";
import { knownNetworks } from "../../../../process/state-keys.ts";
import { AppError } from "../base/errors.ts";
import { atomically } from "../redis/redis-transaction.ts";
import type { State } from "../redis/state.ts";
import type { SearchIndex } from "../secrets/search-index.ts";
import { clientNetwork } from "./limits-address.ts";
import { type CountedWindow, sharedWindow } from "./limits-window.ts";

/** An attempt to log in with a password. */
export interface LoginAttempt {
  /** A keyed hash of the email, whether or not a user has it. */
  readonly account: string;
  readonly clientAddress: string;
}

/** The part of tenant.json that bounds the number of passwords tried by strangers. */
export interface LoginAttemptSettings {
  readonly loginPerMinutePerAccount: number;
  readonly loginPerMinute: number;
}

/**
 * Limits the guessing of passwords in addition to the limit per address: for one account from any number of
 * addresses, and for all accounts of the ISP. An account is not counted in a network from which it has logged in
 * within 30 days, so that a flood from elsewhere does not lock out its owner.
 */
export interface LoginAttempts {
  /**
   * Whether the account has logged in from that network. Throws RATE_LIMITED or STATE_UNAVAILABLE, in the same way
   * for any email.
   */
  admit(attempt: LoginAttempt): Promise<{ readonly known: boolean }>;
  /** Remembers the network of a login. */
  succeeded(attempt: LoginAttempt): Promise<void>;
}

/** The limit of networks per account. */
const mostKnownNetworks = 10;

export function createLoginAttempts(options: {
  readonly state: State;
  readonly clock: Clock;
  readonly limits: LoginAttemptSettings;
  /** Hashes networks, because Redis stores them for a long time. */
  readonly index: SearchIndex;
}): LoginAttempts {
  const { state, clock, limits, index } = options;
  const count = sharedWindow({ state, clock });
  const networkOf = ({ clientAddress }: LoginAttempt) =>
    index.exact("login.network", clientNetwork(clientAddress)).toString("base64url");
  const isKnown = async (attempt: LoginAttempt) => {
    const at = await state.run((redis) => redis.zscore(knownKey(attempt), networkOf(attempt)));
    return at !== null && Number(at) > clock.now().getTime() - knownNetworks.seconds * 1000;
  };
  return {
    async admit(attempt) {
      if (await isKnown(attempt)) return { known: true };
      // The account's limit is checked first and separately: a refused attempt takes no place in the ISP's window,
      // not even briefly, so that a flood at one account does not lock out others. An attempt that the ISP's limit
      // refuses still counts for its account.
      for (const window of windowsOf(attempt, limits)) {
        const { allowed, resetSeconds } = await count([window]);
        if (!allowed)
          throw new AppError("RATE_LIMITED", { headers: { "Retry-After": String(resetSeconds) } });
      }
      return { known: false };
    },
    async succeeded(attempt) {
      await state.run((redis) =>
        atomically(remembering(redis, knownKey(attempt), networkOf(attempt), clock.now().getTime())),
      );
    },
  };
}

function windowsOf({ account }: LoginAttempt, limits: LoginAttemptSettings): readonly CountedWindow[] {
  return [
    { key: `limit:login-account:${account}`, limit: limits.loginPerMinutePerAccount, seconds: 60 },
    { key: "limit:login-all:all", limit: limits.loginPerMinute, seconds: 60 },
  ];
}

function knownKey({ account }: LoginAttempt): string {
  return `${knownNetworks.prefix}${account}`;
}

function remembering(redis: Redis, key: string, network: string, now: number) {
  return redis
    .multi()
    .zadd(key, now, network)
    .zremrangebyrank(key, 0, -mostKnownNetworks - 1)
    .expire(key, knownNetworks.seconds);
}
