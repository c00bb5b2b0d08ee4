import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { describe, expect, inject, it } from "vitest";
import { redisLogin, startRedis, withRedis } from "./redis.ts";

describe("a Redis of the platform", () => {
  const connection = inject("redisState");

  it.each([
    ["the default user", { username: "default", password: "" }],
    ["a wrong password", { username: "dotmac_operator", password: "another" }],
  ])("refuses %s", async (_, login) => {
    const client = new Redis({
      ...redisLogin(connection, login),
      lazyConnect: true,
      retryStrategy: () => null,
    });
    const errors: string[] = [];
    client.on("error", (error: Error) => errors.push(error.message));
    await expect(client.connect().then(() => client.ping())).rejects.toThrow();
    client.disconnect();
    expect(errors.join()).toContain("WRONGPASS");
    expect(await withRedis(connection, (operator) => operator.ping())).toBe("PONG");
  });

  it("keeps the users of its ACL file and evicts nothing when memory is short", async () => {
    await withRedis(connection, async (client) => {
      await client.call("ACL", "SETUSER", "t_saved", "on", ">secret", "~t:saved:*", "+get");
      expect(await client.call("ACL", "SAVE")).toBe("OK");
      expect(await client.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "noeviction"]);
      expect(await client.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
    });
  });

  it("refuses a client that does not log in", async () => {
    const { host, port, tls } = redisLogin(connection);
    const client = new Redis({ host, port, tls, lazyConnect: true, enableReadyCheck: false });
    await client.connect();
    await expect(client.get("t:any:key")).rejects.toThrow("NOAUTH");
    client.disconnect();
  });

  it("has the writes of a transaction after a restart", async () => {
    const keptIn = await mkdtemp(join(tmpdir(), "dotmac-kept-redis-"));
    try {
      {
        await using before = await startRedis({ role: "state", keptIn });
        await withRedis(before, (client) => client.multi().set("session", "one").sadd("of", "one").exec());
      }
      await using after = await startRedis({ role: "state", keptIn });
      expect(await withRedis(after, (client) => client.get("session"))).toBe("one");
      expect(await withRedis(after, (client) => client.smembers("of"))).toEqual(["one"]);
    } finally {
      await rm(keptIn, { recursive: true });
    }
  });

  it("differs from the cache in its eviction policy", async () => {
    await using cache = await startRedis({ role: "cache" });
    await withRedis(cache, async (client) => {
      expect(await client.config("GET", "maxmemory-policy")).toEqual(["maxmemory-policy", "volatile-lru"]);
    });
  });

  it("refuses to change the place of its files", async () => {
    await withRedis(connection, async (client) => {
      await expect(client.config("SET", "dir", "/tmp")).rejects.toThrow("protected config");
    });
  });
});
