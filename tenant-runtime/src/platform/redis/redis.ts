import { Redis } from "ioredis";
import type { Login } from "../../../../contract/secret-files.ts";
import type { Log } from "../../../../process/log.ts";
import { redisFailure } from "../../../../process/redis-reply.ts";
import { AppError } from "../base/errors.ts";
import { tenths } from "../base/tenths.ts";
import type { Watched } from "../files/watched-file.ts";

export interface RedisOptions {
  readonly name: string;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly login: Watched<Login>;
  /** PEM of the platform's CA; asked at each connection. */
  readonly ca: () => string;
  readonly prefix: string;
  readonly log: Log;
}

const commandTimeoutMs = 1_000;
const connectTimeoutMs = 2_000;
const longestPauseMs = 2_000;

/** One connection to a Redis of the platform. It reconnects in the background, and nothing waits for it. */
export interface RedisLink {
  readonly redis: Redis;
  readonly endpoint: string;
  available(): boolean;
  /** The password that the connection has used, or will use when it is made. */
  password(): string;
  /** Resolves once the connection is up; throws with the reason when the first attempt fails. */
  connected(): Promise<void>;
  /** The duration of one round trip in milliseconds. Throws the reason when there is none. */
  ping(): Promise<number>;
  /** Calls the listener whenever the connection opens or closes. */
  onChange(listener: (up: boolean) => void): void;
  close(): Promise<void>;
}

/**
 * Opens a connection as the tenant's user. Only what its access list allows is ever sent: no INFO (ready
 * check), no CLIENT. While it is down commands fail at once instead of queueing.
 */
export function openRedis({ name, endpoint, login, ca, prefix, log }: RedisOptions): RedisLink {
  const { user, password } = login.current();
  let shown = password;
  const redis = new Redis({
    ...endpoint,
    username: user,
    password,
    keyPrefix: prefix,
    tls: {
      // Read by the client for each connection.
      get ca() {
        return ca();
      },
      servername: endpoint.host,
    },
    protocol: 2,
    lazyConnect: true,
    enableReadyCheck: false,
    autoResubscribe: false,
    keepAlive: 10_000,
    enableOfflineQueue: false,
    disableClientInfo: true,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: connectTimeoutMs,
    retryStrategy: (attempt) => Math.min(2 ** attempt * 50, longestPauseMs),
  });
  let reason = "no answer yet";
  redis.on("error", (error: Error) => {
    reason = error.message;
    log.debug("Redis connection error", { redis: name, reason });
  });
  const stopFollowing = login.onChange(async (next) => {
    await followLogin(redis, next);
    shown = next.password;
  });
  return {
    redis,
    endpoint: `${endpoint.host}:${endpoint.port}`,
    available: () => redis.status === "ready",
    password: () => shown,
    connected: () => firstConnection(redis, () => reason),
    async ping() {
      if (redis.status !== "ready") throw new Error(`not connected: ${reason}`);
      const started = performance.now();
      await redis.ping();
      return tenths(performance.now() - started);
    },
    onChange(listener) {
      redis.on("ready", () => listener(true));
      redis.on("close", () => listener(false));
    },
    async close() {
      stopFollowing();
      redis.disconnect();
    },
  };
}

function firstConnection(redis: Redis, reason: () => string): Promise<void> {
  return redis.connect().catch((cause: Error) => {
    throw new Error(`cannot connect to ${redis.options.host}:${redis.options.port}: ${reason()}`, { cause });
  });
}

// The next connection uses the new password; the present one shows it now, and one that is being made is made again,
// so that the old can be revoked.
async function followLogin(redis: Redis, { user, password }: Login): Promise<void> {
  redis.options.username = user;
  redis.options.password = password;
  if (redis.status === "ready") await redis.auth(user, password).catch(() => redis.disconnect(true));
  else if (redis.status === "connecting" || redis.status === "connect") redis.disconnect(true);
}

/**
 * Turns transient failures into STATE_UNAVAILABLE: no answer, or a temporary refusal (a server that loads or is full, a
 * login or right that is being changed). A request that Redis can never run keeps its own error.
 */
export async function reachingRedis<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError || redisFailure(error) === "fault") throw error;
    throw new AppError("STATE_UNAVAILABLE", { cause: error });
  }
}
