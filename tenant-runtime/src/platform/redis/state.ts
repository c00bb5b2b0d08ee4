import type { Redis } from "ioredis";
import { AppError } from "../base/errors.ts";
import { tenths } from "../base/tenths.ts";
import { type RedisLink, reachingRedis } from "./redis.ts";

/** Redis for data that must not be evicted: sessions and limits. Keys get the tenant's prefix automatically. */
export interface State {
  /**
   * Runs commands against Redis. Throws STATE_UNAVAILABLE at once if there is no connection or Redis refuses for
   * now, and after a second without an answer.
   */
  run<Result>(commands: (redis: Redis) => Promise<Result>): Promise<Result>;
  /** Whether the connection is up now. */
  available(): boolean;
}

/** `unavailable` is called whenever a command failed. */
export function createState(link: RedisLink, unavailable: () => void = () => {}): State {
  return {
    run: (commands) =>
      reachingRedis(() => commands(link.redis)).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "STATE_UNAVAILABLE") unavailable();
        throw error;
      }),
    available: link.available,
  };
}

/**
 * Writes and deletes one key, and returns the milliseconds. A server that answers PING may still refuse every
 * session.
 */
export async function writeProbe({ redis, ping }: RedisLink): Promise<number> {
  await ping();
  const started = performance.now();
  await redis.set("probe", "1", "EX", probeSeconds);
  return tenths(performance.now() - started);
}

const probeSeconds = 60;
