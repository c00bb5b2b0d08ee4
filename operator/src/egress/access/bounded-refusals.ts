import { LRUCache } from "lru-cache";
import type { Clock, Milliseconds } from "../../../../process/clock.ts";
import { type Rate, TokenBucket } from "../../../../process/token-bucket.ts";
import { Refusal } from "../request/refusal.ts";
import type { Authenticate, Caller } from "./authenticate.ts";

export interface RefusalBounds {
  /** The rate at which one address may be refused because of its token. */
  readonly rate: Rate;
  readonly clock: Clock;
}

/** Like Authenticate, for a caller at an address. */
export type AuthenticateFrom = (header: string | undefined, from: string) => Promise<Caller | Refusal>;

/** More addresses than a cluster has pods. The address unused for the longest time is forgotten first. */
const remembered = 10_000;
/** The time after which an unused address is forgotten, long enough for a bucket to be full again. */
const forgottenAfter: Milliseconds = 10 * 60_000;

/**
 * Authenticates unless the address has been refused too often. Beyond that limit the API server is not asked,
 * because each review of a token costs it a signature, and a pod can invent any number of tokens. Requests in
 * progress at the same time are not counted yet; the limit of connections per address bounds them.
 */
export function boundedRefusals(
  authenticate: Authenticate,
  { rate, clock }: RefusalBounds,
): AuthenticateFrom {
  const budgets = new LRUCache<string, TokenBucket>({ max: remembered, ttl: forgottenAfter });
  const budgetOf = (from: string): TokenBucket => {
    const budget = budgets.get(from) ?? new TokenBucket(rate, clock.monotonic());
    budgets.set(from, budget);
    return budget;
  };
  return async (header, from) => {
    if (!budgetOf(from).has(clock.monotonic())) return refusedTooOften;
    const caller = await authenticate(header);
    if (isForItsToken(caller)) budgetOf(from).spend(1, clock.monotonic());
    return caller;
  };
}

function isForItsToken(caller: Caller | Refusal): boolean {
  return caller instanceof Refusal && tokenReasons.has(caller.reason);
}

/** Does not include `cannot-check-token`, because the caller does not cause it. */
const tokenReasons: ReadonlySet<string> = new Set<Refusal["reason"]>(["unauthenticated", "not-a-runtime"]);

const refusedTooOften = new Refusal(
  "refused-too-often",
  "this address has shown tokens that are not valid here too often: send the pod's projected token of the audience " +
    '"egress", read anew for each tunnel, and try again in some seconds',
);
