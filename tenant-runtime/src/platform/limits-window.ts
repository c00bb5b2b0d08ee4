import { randomBytes } from "node:crypto";
import type { LimitDecision } from "../http/limiter.ts";
import type { Clock } from "./clock.ts";
import { atomically } from "./redis-transaction.ts";
import type { State } from "./state.ts";

/** So many requests in any stretch of so many seconds. */
export interface Window {
  readonly limit: number;
  readonly seconds: number;
}

/** Counts one request for `key`. */
export type CountRequest = (key: string, window: Window) => Promise<LimitDecision>;

const clockTrustMs = 30_000;

/**
 * An exact sliding window shared by all replicas. Each request is a member of a sorted set, scored with
 * Redis' own time so that the replicas' clocks do not matter, and one MULTI drops what has left the window,
 * adds the request and counts: the limit-th gets through and the next does not, wherever they arrive. A
 * refused request is taken out again; one that arrives within that round trip may be refused with it.
 */
export function sharedWindow({ state, clock }: { state: State; clock: Clock }): CountRequest {
  const redisTime = createRedisTime(state, clock);
  return async (key, { limit, seconds }) => {
    const now = await redisTime();
    const member = randomBytes(9).toString("base64url");
    const [, , count, oldest] = await state.run((redis) =>
      atomically(
        redis
          .multi()
          .zremrangebyscore(key, "-inf", String(now - seconds * 1000))
          .zadd(key, now, member)
          .zcard(key)
          .zrange(key, "0", "0", "WITHSCORES")
          .expire(key, seconds),
      ),
    );
    const allowed = Number(count) <= limit;
    if (!allowed) await state.run((redis) => redis.zrem(key, member));
    const oldestAt = Number((oldest as string[])[1] ?? now);
    return decision(allowed, limit, Number(count), (oldestAt + seconds * 1000 - now) / 1000);
  };
}

/** The same window in this process alone, for when Redis cannot be reached. */
export function localWindow(clock: Clock): CountRequest {
  const requests = new Map<string, number[]>();
  return async (key, { limit, seconds }) => {
    const now = clock.monotonic();
    forgetIdle(requests, now - 3_600_000);
    const recent = (requests.get(key) ?? []).filter((at) => at > now - seconds * 1000);
    const allowed = recent.length < limit;
    if (allowed) recent.push(now);
    requests.set(key, recent);
    const resetSeconds = ((recent[0] ?? now) + seconds * 1000 - now) / 1000;
    return decision(allowed, limit, recent.length, resetSeconds);
  };
}

function decision(allowed: boolean, limit: number, count: number, resetSeconds: number): LimitDecision {
  return {
    allowed,
    limit,
    remaining: Math.max(0, limit - count),
    resetSeconds: Math.max(1, Math.ceil(resetSeconds)),
  };
}

/** Milliseconds since 1970 by Redis' clock, asked for twice a minute and carried on in between. */
function createRedisTime(state: State, clock: Clock): () => Promise<number> {
  let known: { readonly redis: number; readonly local: number } | undefined;
  return async () => {
    if (known === undefined || clock.monotonic() - known.local > clockTrustMs) {
      const [seconds, microseconds] = await state.run((redis) => redis.time());
      known = { redis: Number(seconds) * 1000 + Number(microseconds) / 1000, local: clock.monotonic() };
    }
    return Math.floor(known.redis + clock.monotonic() - known.local);
  };
}

function forgetIdle(requests: Map<string, number[]>, before: number): void {
  if (requests.size < 10_000) return;
  for (const [key, times] of requests) if ((times.at(-1) ?? 0) < before) requests.delete(key);
}
