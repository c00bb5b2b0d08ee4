import { randomBytes } from "node:crypto";
import { Redis as Connection } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { redisLogin } from "../../../../harness/services/redis.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { knownNetworks } from "../../../../process/state-keys.ts";
import { connectRedis, type Redis } from "../../clients/redis/redis.ts";
import type { NewEvent } from "../../kubernetes/loop/events.ts";
import { ManualClock } from "../../kubernetes/testing/manual-clock.ts";
import type { Tenant } from "../model/kinds.ts";
import type { PlatformSettings } from "../model/settings.ts";
import { redisUser } from "../resources/redis-users/redis-user.ts";
import { asStopped } from "../resources/redis-users/stopped-user.ts";
import { freshNames } from "../testing/database/fresh-names.ts";
import { createRedisSharesEnforcer, type RedisSharesReport } from "./enforce-redis-shares.ts";

const mebibyte = 1024 * 1024;
const share = { bytes: 2 * mebibyte, keys: 1_000 };

describe("a tenant that fills Redis", () => {
  const password = randomBytes(24).toString("base64url");
  let cache: Redis;
  let state: Redis;
  let north: Neighbour;
  let south: Neighbour;
  let events: NewEvent[];
  let clock: ManualClock;
  let turn: (servers?: Partial<Record<"cache" | "state", Redis>>) => Promise<RedisSharesReport>;
  /** Returns the tenants that may store less or more than before. */
  const enforce = async () => {
    const { reports, failures } = await turn();
    expect(failures).toEqual([]);
    return reports.flatMap(({ changed }) => changed);
  };

  beforeAll(() => {
    cache = operatorOf("redisCache");
    state = operatorOf("redisState");
  });
  afterAll(async () => {
    await cache[Symbol.asyncDispose]();
    await state[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    north = await newNeighbour("north");
    south = await newNeighbour("south");
    events = [];
    clock = new ManualClock();
    const enforceRedisShares = createRedisSharesEnforcer();
    const world = {
      redis: { cache, state },
      events: { publish: (event: NewEvent) => void events.push(event) },
      clock,
      settings: { redisShares: { cache: share, state: share } } as PlatformSettings,
      signal: new AbortController().signal,
    };
    turn = (servers) => {
      clock.advance(11_000);
      const redis = { ...world.redis, ...servers };
      return enforceRedisShares([north.tenant, south.tenant], { ...world, redis });
    };
    return async () => {
      for (const each of [north, south]) {
        each.state.disconnect();
        each.cache.disconnect();
        await Promise.all([cache, state].map((server) => server.deleteKeys(each.prefix)));
        await Promise.all([cache, state].map((server) => server.deleteUser(each.user)));
      }
    };
  });

  it("can store nothing more, still reads and deletes, and its neighbour notices nothing", async () => {
    await north.state.set(`${north.prefix}session:1`, "kept", "EX", 3_600);
    await fill(north.state, north.prefix, 3 * mebibyte);
    expect(await enforce()).toEqual(["north"]);
    await expect(north.state.set(`${north.prefix}more`, "x")).rejects.toThrow("NOPERM");
    await expect(north.state.zadd(`${north.prefix}more`, 1, "x")).rejects.toThrow("NOPERM");
    expect(await north.state.get(`${north.prefix}session:1`)).toBe("kept");
    expect(await south.state.set(`${south.prefix}more`, "x", "EX", 60)).toBe("OK");
    expect(events.map(({ regarding, reason }) => `${regarding.metadata.name} ${reason}`)).toEqual([
      "north RedisShareExceeded",
    ]);
    expect(events[0]?.note).toMatch(
      /keeps 4 keys with 3\.\d MiB in redis-state; its share is 1000 keys and 2\.0 MiB/,
    );
    expect(events[0]?.note).toMatch(/raise config\.redisShares/);
    expect(await north.state.del(`${north.prefix}session:1`)).toBe(1);
  });

  it("loses keys that no runtime writes, and may store again once it keeps to its share", async () => {
    await north.state.set(`${north.prefix}session:1`, "kept", "EX", 3_600);
    await fill(north.state, north.prefix, 3 * mebibyte);
    await enforce();
    expect(await north.state.get(`${north.prefix}filler:0`)).toBeNull();
    expect(await enforce()).toEqual(["north"]);
    expect(await enforce()).toEqual([]);
    expect(await north.state.set(`${north.prefix}more`, "x", "EX", 60)).toBe("OK");
    expect(await north.state.get(`${north.prefix}session:1`)).toBe("kept");
    expect(events.at(-1)?.reason).toBe("RedisShareKept");
  });

  it("stays stopped while sessions alone exceed its share, and keeps them", async () => {
    await fill(north.state, north.prefix, 3 * mebibyte, 3_600);
    await enforce();
    await enforce();
    await expect(north.state.set(`${north.prefix}more`, "x")).rejects.toThrow("NOPERM");
    expect(await north.state.get(`${north.prefix}filler:0`)).not.toBeNull();
  });

  it("keeps its accounts' known networks, without which a flood locks them out", async () => {
    const known = `${north.prefix}${knownNetworks.prefix}account`;
    await north.state.zadd(known, Date.now(), "a network");
    await north.state.expire(known, knownNetworks.seconds);
    await north.state.set(`${north.prefix}session:1`, "x", "EX", knownNetworks.seconds);
    await fill(north.state, north.prefix, 3 * mebibyte, 3_600);
    await enforce();
    expect(await north.state.zcard(known)).toBe(1);
    expect(await north.state.get(`${north.prefix}session:1`)).toBeNull();
  });

  it("cannot keep keys for a month by their names", async () => {
    await fill(north.state, `${north.prefix}${knownNetworks.prefix}`, 3 * mebibyte, knownNetworks.seconds);
    expect(await enforce()).toEqual(["north"]);
    expect(await enforce()).toEqual(["north"]);
    expect(await north.state.set(`${north.prefix}more`, "x", "EX", 60)).toBe("OK");
  });

  it("is stopped on one server although the other does not answer", async () => {
    await fill(north.state, north.prefix, 3 * mebibyte, 3_600);
    const { ca } = inject("redisCache");
    await using gone = connectRedis({
      host: "localhost",
      port: 1,
      ca: () => ca,
      username: "x",
      password: "x",
    });
    const { reports, failures } = await turn({ cache: gone });
    expect(reports).toMatchObject([{ role: "state", changed: ["north"] }]);
    expect(failures).toMatchObject([{ role: "cache", error: { reason: "RedisUnavailable" } }]);
    expect(failures[0]?.tenant).toBeUndefined();
  });

  it("is stopped although another tenant cannot be stopped, which is tried again soon", async () => {
    for (const each of [north, south]) await fill(each.state, each.prefix, 3 * mebibyte, 3_600);
    const stuck: Redis = {
      ...state,
      setCommands: (name, commands) =>
        name === north.user ? Promise.reject(new Error("refused")) : state.setCommands(name, commands),
    };
    const { reports, failures } = await turn({ state: stuck });
    expect(reports.flatMap(({ changed }) => changed)).toEqual(["south"]);
    expect(failures).toEqual([{ role: "state", tenant: "north", error: new Error("refused") }]);
    expect(await enforce()).toEqual(["north"]);
  });

  it("loses its cached answers, and caches again", async () => {
    await fill(north.cache, north.prefix, 3 * mebibyte, 300);
    await enforce();
    expect(await north.cache.get(`${north.prefix}filler:0`)).toBeNull();
    await enforce();
    expect(await north.cache.set(`${north.prefix}more`, "x", "EX", 60)).toBe("OK");
  });

  it("is found by the number of its keys too", async () => {
    const pipeline = north.state.pipeline();
    for (let index = 0; index <= share.keys; index++) pipeline.set(`${north.prefix}k${index}`, "", "EX", 600);
    await pipeline.exec();
    await enforce();
    await expect(north.state.set(`${north.prefix}more`, "x")).rejects.toThrow("NOPERM");
  });

  it("cannot hide data in keys of other types, nor behind small elements of a sorted set", async () => {
    const key = Buffer.concat([Buffer.from(`${north.prefix}`), Buffer.from([0xff, 0xfe])]);
    const small = Array.from({ length: 600 }, (_, index) => ["1", `${index}`.padEnd(100, "x")]);
    await north.state.call("ZADD", key, ...small.flat());
    for (let index = 0; index < 3; index++)
      await north.state.call("ZADD", key, "2", `${index}`.padEnd(mebibyte - 1, "x"));
    await enforce();
    await expect(north.state.set(`${north.prefix}more`, "x")).rejects.toThrow("NOPERM");
    expect(await state.deleteKeys(north.prefix)).toBe(0);
  });

  it("gets a warning when it has used four fifths, and may go on", async () => {
    await fill(north.state, north.prefix, 1.4 * mebibyte, 3_600);
    await enforce();
    expect(events.map(({ reason }) => reason)).toEqual(["RedisShareNearlyUsed"]);
    expect(await north.state.set(`${north.prefix}more`, "x", "EX", 60)).toBe("OK");
  });

  it("does not get the removed commands back by a reconcile, with any password", async () => {
    await fill(north.state, north.prefix, 3 * mebibyte, 3_600);
    await enforce();
    const desired = redisUser(north.names, "another");
    const kept = asStopped(desired, await state.user(north.user));
    expect(kept.commands).not.toContain("set");
    expect(kept.passwordHashes).toEqual(desired.passwordHashes);
    expect(asStopped(desired, await state.user(south.user))).toBe(desired);
  });

  interface Neighbour {
    readonly names: ReturnType<typeof freshNames>["names"];
    readonly tenant: Tenant;
    readonly user: string;
    readonly prefix: string;
    readonly state: Connection;
    readonly cache: Connection;
  }

  async function newNeighbour(name: string): Promise<Neighbour> {
    const { names, uid } = freshNames(name);
    const user = redisUser(names, password);
    await Promise.all([cache, state].map((server) => server.setUser(user)));
    const connect = (service: "redisCache" | "redisState") =>
      new Connection({
        ...redisLogin(inject(service), { username: user.name, password }),
        enableReadyCheck: false,
      });
    return {
      names,
      tenant: { metadata: { name, uid }, spec: {} } as unknown as Tenant,
      user: user.name,
      prefix: names.redis.prefix,
      state: connect("redisState"),
      cache: connect("redisCache"),
    };
  }
});

function operatorOf(service: "redisCache" | "redisState"): Redis {
  const { host, port, ca, operator } = inject(service);
  return connectRedis({ host, port, ca: () => ca, ...operator });
}

/** Writes values of a little less than a MiB, the largest that the server accepts. */
async function fill(client: Connection, prefix: string, bytes: number, seconds?: number): Promise<void> {
  const value = Buffer.alloc(mebibyte - 1, "x");
  for (let index = 0; index * mebibyte < bytes; index++) {
    const part = value.subarray(0, Math.min(value.length, bytes - index * mebibyte));
    const key = `${prefix}filler:${index}`;
    await (seconds === undefined ? client.set(key, part) : client.set(key, part, "EX", seconds));
  }
}
