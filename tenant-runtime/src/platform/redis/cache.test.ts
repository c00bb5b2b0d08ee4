import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Relay, startRelay } from "../../../../harness/services/network/relay.ts";
import { withRedis } from "../../../../harness/services/redis.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { createLogger } from "../../../../process/log.ts";
import { until } from "../../../test/testing/process/until.ts";
import { RedisCache } from "./cache.ts";
import { openRedis, type RedisLink } from "./redis.ts";

const prefix = "t:cachetests:";
let proxy: Relay;
let link: RedisLink;
let cache: RedisCache;
beforeAll(async () => {
  proxy = await startRelay(inject("redisCache"));
  const { operator, ca } = inject("redisCache");
  const login = { user: operator.username, password: operator.password };
  link = openRedis({
    name: "cache",
    endpoint: { host: "localhost", port: proxy.port },
    login: { current: () => login, onChange: () => () => {} },
    ca: () => ca,
    prefix,
    log: createLogger("error"),
  });
  await link.connected();
});
beforeEach(() => {
  cache = new RedisCache(link);
});
afterAll(async () => {
  await link.close();
  await proxy[Symbol.asyncDispose]();
});

/** A loader that counts its calls. */
function counting(value: unknown) {
  const loader = { asked: 0, load: async () => ({ value, nth: ++loader.asked }) };
  return loader;
}

describe("the cache", () => {
  it("loads once and then answers from Redis", async () => {
    const { load } = counting("a");
    expect(await cache.through("once", "k", load)).toEqual({ value: "a", nth: 1 });
    expect(await cache.through("once", "k", load)).toEqual({ value: "a", nth: 1 });
    expect(cache.counters).toEqual({ hits: 1, misses: 1, bypassed: 0 });
    expect(cache.hitRate).toBe(0.5);
  });

  it("keeps values for five minutes at most", async () => {
    await cache.through("ttl", "k", counting("a").load);
    await withRedis(inject("redisCache"), async (client) => {
      const keys = (await client.keys(`${prefix}cache:ttl:*`)).filter((key) => key.endsWith(":k"));
      expect(keys).toHaveLength(1);
      const seconds = await client.ttl(keys[0] ?? "");
      expect(seconds).toBeGreaterThan(200);
      expect(seconds).toBeLessThanOrEqual(300);
    });
  });

  it("removes the entries of an invalidated scope, and no others", async () => {
    const [one, other] = [counting("one"), counting("other")];
    await cache.through("one", "k", one.load);
    await cache.through("other", "k", other.load);
    await cache.invalidate("one");
    expect(await cache.through("one", "k", one.load)).toMatchObject({ nth: 2 });
    expect(await cache.through("other", "k", other.load)).toMatchObject({ nth: 1 });
  });

  it("never stores a value that was loaded before a concurrent write", async () => {
    const stale = cache.through("race", "k", async () => {
      await cache.invalidate("race");
      return "old";
    });
    expect(await stale).toBe("old");
    expect(await cache.through("race", "k", async () => "new")).toBe("new");
  });

  it("calls the loader while Redis is down, and afterwards ignores the entries whose invalidation it missed", async () => {
    const loader = counting("a");
    await cache.through("down", "k", loader.load);
    await proxy.cut();
    await until(link.available, (up) => !up);
    expect(await cache.through("down", "k", loader.load)).toMatchObject({ nth: 2 });
    await cache.invalidate("down");
    await proxy.mend();
    await until(link.available, (up) => up);
    expect(await cache.through("down", "k", loader.load)).toMatchObject({ nth: 3 });
    expect(cache.counters.bypassed).toBeGreaterThan(0);
  });
});
