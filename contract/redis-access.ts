/**
 * The commands that a runtime sends to Redis. No other is allowed. None lists keys, runs code or reads the server's
 * state, and each works on keys or channels that match the user's patterns. None visits the elements of a key without
 * removing them: thousands of such commands fit into one EXEC and would block the server.
 */
export const redisCommands: readonly string[] = [
  "ping time",
  "get getex set del expire",
  "zadd zrem zscore zcard zcount zremrangebyscore zremrangebyrank",
  "publish subscribe",
  "multi exec",
].flatMap((words) => words.split(" "));

/** The channels of a tenant on the cache server: its events, and the notices of its pods to each other. */
export interface RedisChannels {
  readonly events: string;
  readonly outbox: string;
}

/** The channels of the tenant with this prefix. */
export function redisChannels(prefix: string): RedisChannels {
  return { events: `${prefix}events`, outbox: `${prefix}outbox` };
}

/** The patterns of a tenant's user in Redis. */
export interface RedisPatterns {
  /** Match all of the tenant's keys. */
  readonly keys: readonly string[];
  /** Two names, because Redis would keep names of any length that match a pattern, and count none. */
  readonly channels: readonly string[];
}

/** The keys and channels that the tenant with this prefix may use, as rules of Redis' access lists. */
export function redisPatterns(prefix: string): RedisPatterns {
  const channels = Object.values(redisChannels(prefix));
  return { keys: [`~${prefix}*`], channels: channels.map((channel) => `&${channel}`) };
}
