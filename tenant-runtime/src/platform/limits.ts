import { AppError } from "../errors.ts";
import type { Limiter, LimitSubject } from "../http/limiter.ts";
import type { LimitName } from "../http/route.ts";
import type { Clock } from "./clock.ts";
import { clientNetwork } from "./limits-address.ts";
import { localWindow, sharedWindow, type Window } from "./limits-window.ts";
import type { Log } from "./log.ts";
import type { State } from "./state.ts";

/** The part of tenant.json that sets the limits. */
export interface LimitSettings {
  readonly apiPerMinutePerUser: number;
  readonly loginPerMinutePerIp: number;
  readonly searchPerMinute: number;
  readonly bulkPerHour: number;
}

interface Rule extends Window {
  keyOf(subject: LimitSubject): string;
  /** Whether a request may be counted by this replica alone when Redis is down. */
  readonly fallsBack: boolean;
}

/**
 * The tenant's limits, exact across replicas. When Redis cannot be reached, logins are refused with
 * STATE_UNAVAILABLE and all else is counted by each replica for itself.
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
      const key = `limit:${name}:${rule.keyOf(subject)}`;
      try {
        return await shared(key, rule);
      } catch (error) {
        if (!rule.fallsBack || !isStateUnavailable(error)) throw error;
        log.debug("a limit is counted by this replica alone", { limit: name });
        return local(key, rule);
      }
    },
  };
}

function rulesOf(limits: LimitSettings): Readonly<Record<LimitName, Rule>> {
  const byUser = ({ userId, clientAddress }: LimitSubject) =>
    userId === undefined ? `address:${clientNetwork(clientAddress)}` : `user:${userId}`;
  const byAddress = ({ clientAddress }: LimitSubject) => clientNetwork(clientAddress);
  const byTenant = () => "all";
  return {
    api: { limit: limits.apiPerMinutePerUser, seconds: 60, keyOf: byUser, fallsBack: true },
    login: { limit: limits.loginPerMinutePerIp, seconds: 60, keyOf: byAddress, fallsBack: false },
    search: { limit: limits.searchPerMinute, seconds: 60, keyOf: byTenant, fallsBack: true },
    bulk: { limit: limits.bulkPerHour, seconds: 3600, keyOf: byTenant, fallsBack: true },
  };
}

function isStateUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === "STATE_UNAVAILABLE";
}
