import type { Clock } from "../../../../process/clock.ts";
import type { Rate } from "../../../../process/token-bucket.ts";
import { Refusal } from "../request/refusal.ts";
import { AddressBudgets } from "./address-budgets.ts";
import type { Authenticate, Caller } from "./authenticate.ts";

export interface RefusalBounds {
  /** The rate at which one address may be refused because of its token. */
  readonly rate: Rate;
  readonly clock: Clock;
}

/** Like Authenticate, for a caller at an address. */
export type AuthenticateFrom = (header: string | undefined, from: string) => Promise<Caller | Refusal>;

/**
 * Authenticates unless the address has been refused too often. Beyond that limit the API server is not asked,
 * because each review of a token costs it a signature, and a pod can invent any number of tokens. Requests in
 * progress at the same time are not counted yet; the limit of connections per address bounds them.
 */
export function boundedRefusals(
  authenticate: Authenticate,
  { rate, clock }: RefusalBounds,
): AuthenticateFrom {
  const budgets = new AddressBudgets(rate, clock);
  return async (header, from) => {
    if (!budgets.has(from)) return refusedTooOften;
    const caller = await authenticate(header);
    if (isForItsToken(caller)) budgets.spend(from);
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
