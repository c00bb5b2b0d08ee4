import type { Redis } from "ioredis";
import { type RedisLink, reachingRedis } from "./redis.ts";

/** Redis for what must not be evicted: sessions and limits. Keys get the tenant's prefix by themselves. */
export interface State {
  /**
   * Runs commands against Redis. Throws STATE_UNAVAILABLE at once when there is no connection and after
   * a second without an answer.
   */
  run<Result>(commands: (redis: Redis) => Promise<Result>): Promise<Result>;
  /** Whether the connection is up now. */
  available(): boolean;
}

export function createState(link: RedisLink): State {
  return {
    run: (commands) => reachingRedis(() => commands(link.redis)),
    available: link.available,
  };
}
