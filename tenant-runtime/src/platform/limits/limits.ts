import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import { AppError } from "../base/errors.ts";
import type { State } from "../redis/state.ts";
import type { Limiter, LimitName, LimitSubject } from "./limiter.ts";
import { type CountedNetwork, countedNetworks } from "./limits-address.ts";
import { localWindow, sharedWindow, type Window } from "./limits-window.ts";

/** The part of tenant.json that sets the limits. */
export interface LimitSettings {
  readonly apiPerMinutePerUser: number;
  readonly loginPerMinutePerIp: number;
  readonly searchPerMinute: number;
  readonly bulkPerHour: number;
}

// The number of tables that a user may send for each accepted one, so that faulty tables do not use up the ISP's
// limit.
const uploadsPerBulk = 6;

interface Rule extends Window {
  /** The networks to count, each with its multiple of the limit. */
  countedOf(subject: LimitSubject): readonly CountedNetwork[];
  /** Whether each replica counts on its own while Redis is down. */
  readonly fallsBack: boolean;
}

/**
 * The tenant's limits, exact across replicas. If Redis cannot be reached, logins are refused with
 * STATE_UNAVAILABLE, and each replica counts all other requests on its own.
 */
export function createLimiter(options: {
  readonly state: State;
  readonly clock: Clock;
  readonly limits: LimitSettings;
  readonly log: Log;
}): Limiter {
  const { state, clock, log } = options;
  const rules = rulesOf(options.limits);
  const shared = sharedWindow({ state, clock });
  const local = localWindow(clock);
  return {
    async take(name, subject) {
      const rule = rules[name];
      const windows = rule.countedOf(subject).map((counted) => ({
        key: `limit:${name}:${counted.name}`,
        limit: rule.limit * counted.shares,
        seconds: rule.seconds,
      }));
      try {
        return await shared(windows);
      } catch (error) {
        if (!rule.fallsBack || !isStateUnavailable(error)) throw error;
        log.debug("a limit is counted by this replica alone", { limit: name });
        return local(windows);
      }
    },
  };
}

function rulesOf(limits: LimitSettings): Readonly<Record<LimitName, Rule>> {
  const byAddress = ({ clientAddress }: LimitSubject) => countedNetworks(clientAddress);
  const byUser = ({ userId, clientAddress }: LimitSubject) =>
    userId === undefined
      ? countedNetworks(clientAddress).map(({ name, shares }) => ({ name: `address:${name}`, shares }))
      : [{ name: `user:${userId}`, shares: 1 }];
  const byTenant = () => [{ name: "all", shares: 1 }];
  return {
    api: { limit: limits.apiPerMinutePerUser, seconds: 60, countedOf: byUser, fallsBack: true },
    login: { limit: limits.loginPerMinutePerIp, seconds: 60, countedOf: byAddress, fallsBack: false },
    search: { limit: limits.searchPerMinute, seconds: 60, countedOf: byTenant, fallsBack: true },
    upload: {
      limit: limits.bulkPerHour * uploadsPerBulk,
      seconds: 3600,
      countedOf: byUser,
      fallsBack: true,
    },
    unauthenticated: {
      limit: limits.apiPerMinutePerUser,
      seconds: 60,
      countedOf: byAddress,
      fallsBack: true,
    },
    bulk: { limit: limits.bulkPerHour, seconds: 3600, countedOf: byTenant, fallsBack: true },
  };
}

function isStateUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "STATE_UNAVAILABLE";
}
