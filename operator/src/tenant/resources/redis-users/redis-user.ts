import { createHash } from "node:crypto";
import type { TenantNames } from "../../model/names.ts";

/**
 * The commands a runtime may send: those that it sends, and no others. None lists keys, runs code or reads the server's
 * state; each works on keys or channels that the user's patterns cover. None walks over the elements of a key without
 * removing them: thousands of such commands fit into one EXEC, and the server does nothing else meanwhile.
 */
export const redisCommands: readonly string[] = [
  "ping time",
  "get getex set del expire",
  "zadd zrem zscore zcard zcount zremrangebyscore zremrangebyrank",
  "publish subscribe",
  "multi exec",
].flatMap((words) => words.split(" "));

/** Those of them with which more could be kept than before; Redis itself refuses the same when its memory is full. */
const storing = new Set(["set", "zadd"]);

/** The commands of a tenant that keeps more than its share: it can read, end sessions and receive events. */
export const withoutStoring: readonly string[] = redisCommands.filter((command) => !storing.has(command));

/** The channels of the cache service. No pattern: Redis would keep names of any length that fit it, uncounted. */
const channels = ["events", "outbox"] as const;

/** A tenant's user: all of Redis is refused but the listed commands, on keys and two channels of its own. */
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
