import { createHash } from "node:crypto";
import type { TenantNames } from "../model/names.ts";

/**
 * The commands a runtime may send. None lists keys, runs code, blocks the server or reads its state;
 * each works on keys or channels that the user's patterns cover.
 */
export const redisCommands: readonly string[] = [
  "hello ping quit echo time client|setname client|id",
  "get set getdel getex mget mset setnx setex psetex append strlen incr incrby incrbyfloat decr decrby",
  "del unlink exists expire pexpire expireat pexpireat persist ttl pttl type touch",
  "hget hset hsetnx hmget hgetall hdel hexists hincrby hlen hkeys hvals",
  "sadd srem smembers sismember scard",
  "zadd zrem zscore zcard zcount zincrby zrange zrangebyscore zrevrange zremrangebyscore zremrangebyrank",
  "lpush rpush lpop rpop llen lrange ltrim lrem",
  "xadd xread xrange xrevrange xlen xtrim xdel",
  "publish subscribe unsubscribe psubscribe punsubscribe",
  "multi exec discard watch unwatch",
].flatMap((words) => words.split(" "));

/** Those of them with which more could be kept than before; Redis itself refuses the same when its memory is full. */
const storing = new Set(
  [
    "set getset mset setnx setex psetex append incr incrby incrbyfloat decr decrby",
    "hset hsetnx hincrby sadd zadd zincrby lpush rpush xadd",
  ].flatMap((words) => words.split(" ")),
);

/** What is left to a tenant that keeps more than its share: it reads, ends sessions and hears of events. */
export const withoutStoring: readonly string[] = redisCommands.filter((command) => !storing.has(command));

/** A tenant's user: all of Redis is refused but the listed commands, on keys and channels of its own. */
export function redisUser(names: TenantNames, ...passwords: readonly string[]) {
  return {
    name: names.redis.user,
    enabled: true,
    anyPassword: false,
    passwordHashes: passwords.map((password) => createHash("sha256").update(password).digest("hex")),
    keys: [`~${names.redis.prefix}*`],
    channels: [`&${names.redis.prefix}*`],
    commands: redisCommands,
    selectors: 0,
  };
}
