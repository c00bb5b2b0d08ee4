import { randomBytes } from "node:crypto";
import type { ChainableCommander, Redis } from "ioredis";
import type { Clock } from "../../../../process/clock.ts";
import { atomically } from "../redis/redis-transaction.ts";
import type { State } from "../redis/state.ts";
import type { LimitDecision } from "./limiter.ts";

/** A number of requests in any period of this many seconds. */
export interface Window {
  readonly limit: number;
  readonly seconds: number;
}

/** A window and the key of the client that it counts. */
export interface CountedWindow extends Window {
  readonly key: string;
}

/** Counts one request in all of the windows, or in none if one is full. Returns the one with the least remaining. */
export type CountRequest = (windows: readonly CountedWindow[]) => Promise<LimitDecision>;

const clockTrustMs = 30_000;

/**
 * Exact sliding windows shared by all replicas. Each request is a member of a sorted set, scored with Redis' own
 * time, so that the replicas' clocks do not matter. One MULTI removes requests older than the window, adds the
 * request and counts: the limit-th is allowed and the next is not, at any replica. A refused request is removed
 * again. Requests that arrive within that round trip may be refused with it.
 */
export function sharedWindow({ state, clock }: { state: State; clock: Clock }): CountRequest {
  const redisTime = createRedisTime(state, clock);
  return async (windows) => {
    const now = await redisTime();
    const member = randomBytes(9).toString("base64url");
    const answers = await state.run((redis) => atomically(counting(redis, windows, { now, member })));
    const decisions = windows.map((window, index) => {
      const [, , count] = answers.slice(index * commandsPerWindow);
      return decision(window, Number(count) <= window.limit, Number(count));
    });
    const told = tightest(decisions);
    if (told.allowed) return told;
    await state.run((redis) => atomically(forgetting(redis, windows, member)));
    const full = windows[decisions.indexOf(told)] as CountedWindow;
    return { ...told, resetSeconds: full.seconds - (await oldestAge(state, full, now)) };
  };
}

/**
 * Whole seconds since the oldest request in the window, by bisection: a tenant may not send commands that read
 * elements of a sorted set by their position.
 */
async function oldestAge(state: State, { key, seconds }: CountedWindow, now: number): Promise<number> {
  let [youngest, oldest] = [0, seconds];
  while (oldest - youngest > 1) {
    const age = Math.floor((youngest + oldest) / 2);
    const older = await state.run((redis) => redis.zcount(key, "-inf", String(now - age * 1000)));
    if (older > 0) youngest = age;
    else oldest = age;
  }
  return youngest;
}

const commandsPerWindow = 4;

function counting(
  redis: Redis,
  windows: readonly CountedWindow[],
  { now, member }: { now: number; member: string },
): ChainableCommander {
  return windows.reduce(
    (commands, { key, seconds }) =>
      commands
        .zremrangebyscore(key, "-inf", String(now - seconds * 1000))
        .zadd(key, now, member)
        .zcard(key)
        .expire(key, seconds),
    redis.multi(),
  );
}

function forgetting(redis: Redis, windows: readonly CountedWindow[], member: string): ChainableCommander {
  return windows.reduce((commands, { key }) => commands.zrem(key, member), redis.multi());
}

/** The maximum number of keys whose requests a process remembers. */
export const localKeys = 10_000;

/**
 * The same windows in this process alone, for when Redis cannot be reached. The cost does not depend on the number
 * of keys.
 */
export function localWindow(clock: Clock, keys = localKeys): CountRequest {
  const requests = new RecentRequests(keys);
  return async (windows) => {
    const now = clock.monotonic();
    const recent = windows.map(({ key, seconds }) => requests.since(key, now - seconds * 1000));
    const allowed = windows.every(({ limit }, index) => (recent[index]?.length ?? 0) < limit);
    if (allowed) for (const times of recent) times.push(now);
    return tightest(
      windows.map((window, index) => {
        const times = recent[index] ?? [];
        return decision(
          window,
          allowed || times.length < window.limit,
          times.length,
          now - (times[0] ?? now),
        );
      }),
    );
  };
}

/**
 * The times of each key's requests, in milliseconds. When half of the keys have been used, all keys unused since
 * the previous time are forgotten at once.
 */
class RecentRequests {
  #current = new Map<string, number[]>();
  #previous = new Map<string, number[]>();
  readonly #half: number;

  constructor(keys: number) {
    this.#half = keys / 2;
  }

  /** The times of this key after `before`, as a list to which the caller adds new times. */
  since(key: string, before: number): number[] {
    const times = this.#current.get(key) ?? this.#previous.get(key) ?? [];
    const first = times.findIndex((at) => at > before);
    times.splice(0, first < 0 ? times.length : first);
    if (!this.#current.has(key)) this.#remember(key, times);
    return times;
  }

  #remember(key: string, times: number[]): void {
    if (this.#current.size >= this.#half) {
      this.#previous = this.#current;
      this.#current = new Map();
    }
    this.#current.set(key, times);
  }
}

/** `oldestMs`: the age of the oldest request, for a refused one. */
function decision({ limit, seconds }: Window, allowed: boolean, count: number, oldestMs = 0): LimitDecision {
  return {
    allowed,
    limit,
    remaining: Math.max(0, limit - count),
    resetSeconds: allowed ? seconds : Math.max(1, Math.ceil(seconds - oldestMs / 1000)),
  };
}

function tightest(decisions: readonly LimitDecision[]): LimitDecision {
  const [told] = decisions.toSorted(
    (one, other) => Number(one.allowed) - Number(other.allowed) || one.remaining - other.remaining,
  );
  if (told === undefined) throw new Error("a request is counted in at least one window");
  return told;
}

/** Milliseconds since 1970 by Redis' clock, which is read twice a minute and extrapolated in between. */
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
