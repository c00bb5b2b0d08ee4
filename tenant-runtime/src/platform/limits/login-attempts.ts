import type { Redis } from "ioredis";
import type { Clock } from "../../../../process/clock.ts";
import { knownNetworks } from "../../../../process/state-keys.ts";
import { AppError } from "../base/errors.ts";
import { atomically } from "../redis/redis-transaction.ts";
import type { State } from "../redis/state.ts";
import type { SearchIndex } from "../secrets/search-index.ts";
import { clientNetwork } from "./limits-address.ts";
import { type CountedWindow, sharedWindow } from "./limits-window.ts";

/** Someone who shows a password. */
export interface LoginAttempt {
  /** A keyed hash of the email, whether or not it is a user's. */
  readonly account: string;
  readonly clientAddress: string;
}

/** The part of tenant.json that bounds how often passwords are shown by strangers. */
export interface LoginAttemptSettings {
  readonly loginPerMinutePerAccount: number;
  readonly loginPerMinute: number;
}

/**
 * Bounds how often passwords are guessed, beside the limit of each address: for one account from any number of
 * addresses, and for all accounts of the ISP. An account that has logged in from a network within 30 days is not
 * counted there, so that a flood from elsewhere does not lock its owner out.
 */
export interface LoginAttempts {
  /** Whether the account has logged in from there. Throws RATE_LIMITED, or STATE_UNAVAILABLE; the same for any email. */
  admit(attempt: LoginAttempt): Promise<{ readonly known: boolean }>;
  /** Remembers the network of a login. */
  succeeded(attempt: LoginAttempt): Promise<void>;
}

/** Of one account. */
const mostKnownNetworks = 10;

export function createLoginAttempts(options: {
  readonly state: State;
  readonly clock: Clock;
  readonly limits: LoginAttemptSettings;
  /** Hashes networks: Redis keeps them for long. */
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
      // The account first, and alone: what it refuses takes no place among the ISP's, not even until it is taken out
      // again, so that a flood at one account keeps nobody else out. What the ISP's limit refuses counts for its account.
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
