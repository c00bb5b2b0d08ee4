import type { Express } from "express";
import { passwordDigest } from "../../../../contract/password-digest.ts";
import { createApp } from "../../http/app.ts";
import { allowOrigins } from "../../http/middleware/access/cross-origin.ts";
import { type RecordRequest, recordRequests } from "../../http/middleware/record/request-record.ts";
import { InFlight } from "../../http/server/in-flight.ts";
import { RedisCache } from "../../platform/redis/cache.ts";
import { openRedis, type RedisLink } from "../../platform/redis/redis.ts";
import { type Metrics, observe } from "../../platform/telemetry/metrics.ts";
import type { Base } from "../lifecycle/base.ts";
import type { Steps } from "../lifecycle/startup.ts";

export interface Infrastructure {
  readonly cache: RedisCache;
  readonly cacheLink: RedisLink;
  readonly app: Express;
  readonly inFlight: InFlight;
  readonly record: RecordRequest;
}

/** Connects to the cache, and creates the app with the middleware of all requests. */
export async function infrastructure(steps: Steps, base: Base, metrics: Metrics): Promise<Infrastructure> {
  const { cache, cacheLink } = openCache(base, metrics);
  await steps.optional("cache", cacheLink.connected);
  const inFlight = new InFlight();
  const allowsOrigin = allowOrigins(base.config.tenant.allowedOrigins);
  const record = recordRequests({ log: base.log, metrics });
  const app = await steps.critical("middleware", () =>
    createApp({ record, clock: base.clock, inFlight, allowsOrigin }),
  );
  return { cache, cacheLink, app, inFlight, record };
}

function openCache(base: Base, metrics: Metrics) {
  const { config, secrets, credentials, ca, log, releasers, dependencies } = base;
  const { cache: endpoint, prefix } = config.redis;
  const cacheLink = openRedis({ name: "cache", endpoint, login: secrets.redis, ca, prefix, log });
  releasers.add("Redis cache", cacheLink.close);
  credentials.add("redis", () => [passwordDigest(cacheLink.password())]);
  const cache = new RedisCache(cacheLink);
  dependencies.add({
    name: "cache",
    critical: false,
    check: async () => ({ roundTripMs: await cacheLink.ping() }),
    details: () => ({ endpoint: cacheLink.endpoint, ...cache.counters, hitRate: cache.hitRate ?? null }),
  });
  cacheLink.onChange(() => dependencies.suspect("cache"));
  observe(
    metrics,
    "dotmac_cache_hit_ratio",
    "Cache hits per lookup that Redis answered.",
    () => cache.hitRate ?? 0,
  );
  return { cache, cacheLink };
}
