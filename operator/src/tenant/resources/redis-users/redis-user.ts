import { createHash } from "node:crypto";
import type { TenantNames } from "../../model/names/names.ts";

/**
 * The commands that a runtime sends. No other is allowed. None lists keys, runs code or reads the server's state, and
 * each works on keys or channels that match the user's patterns. None visits the elements of a key without removing
 * them: thousands of such commands fit into one EXEC and would block the server.
 */
export const redisCommands: readonly string[] = [
  "ping time",
  "get getex set del expire",
  "zadd zrem zscore zcard zcount zremrangebyscore zremrangebyrank",
  "publish subscribe",
  "multi exec",
].flatMap((words) => words.split(" "));

/** The commands that can increase the stored data. Redis refuses the same ones when its memory is full. */
const storing = new Set(["set", "zadd"]);

/** The commands of a tenant that exceeds its share: it can read, end sessions and receive events. */
export const withoutStoring: readonly string[] = redisCommands.filter((command) => !storing.has(command));

/**
 * The channels on the cache server. Not a pattern, because Redis would keep matching names of any length, uncounted.
 */
const channels = ["events", "outbox"] as const;

/** A tenant's user. It may send only the listed commands, on its own keys and two own channels. */
export function redisUser(names: TenantNames, ...passwords: readonly string[]) {
  return {
    name: names.redis.user,
    enabled: true,
    anyPassword: false,
    passwordHashes: passwords.map((password) => createHash("sha256").update(password).digest("hex")),
    keys: [`~${names.redis.prefix}*`],
    channels: channels.map((channel) => `&${names.redis.prefix}${channel}`),
    commands: redisCommands,
    selectors: 0,
  };
}
