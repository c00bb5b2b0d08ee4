import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Redis as Connection } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { redisCommands } from "../../../../contract/redis-access.ts";
import { redisLogin, type Redis as Server, startRedis } from "../../../../harness/services/redis.ts";
import { eventually } from "../../kubernetes/testing/eventually.ts";
import { redisUser } from "../../tenant/resources/redis-users/redis-user.ts";
import { freshNames } from "../../tenant/testing/database/fresh-names.ts";
import { connectRedis, type Redis } from "./redis.ts";

const chart = join(import.meta.dirname, "../../../../charts/platform/values.yaml");
const { maxmemory } = parse(readFileSync(chart, "utf8")).redis.state;
const mebibyte = 1024 * 1024;
const password = randomBytes(24).toString("base64url");
const { names } = freshNames("north");
const key = (name: string) => `${names.redis.prefix}${name}`;

let server: Server;
let admin: Connection;
let operator: Redis;
let open: Connection[] = [];

beforeAll(async () => {
  server = await startRedis({ role: "state", settings: { maxmemory } });
  admin = new Connection(redisLogin(server));
  await admin.call("CLIENT", "NO-EVICT", "ON");
  const { host, port, ca, operator: login } = server;
  operator = connectRedis({ host, port, ca: () => ca, ...login });
  await operator.setUser(redisUser(names, password));
});
afterEach(async () => {
  for (const connection of open) connection.disconnect();
  open = [];
  await admin.flushall();
});
afterAll(async () => {
  admin?.disconnect();
  await operator?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

/** A connection of the attacker, who has the tenant's password. */
function attacker(): Connection {
  const connection = new Connection({
    ...redisLogin(server, { username: names.redis.user, password }),
    enableReadyCheck: false,
    disableClientInfo: true,
    protocol: 2,
    retryStrategy: () => null,
  });
  connection.on("error", () => {});
  open.push(connection);
  return connection;
}

async function memory(): Promise<{ used: number; clients: number }> {
  const info = await admin.info("memory");
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, "m").exec(info)?.[1]);
  return { used: field("used_memory"), clients: field("mem_clients_normal") };
}

/** Milliseconds of the longest command by the server's count. During this time it serves no other client. */
async function standstill(command: string, work: () => Promise<unknown>): Promise<number> {
  await admin.config("RESETSTAT");
  await work().catch(() => {});
  const info = await admin.info("commandstats");
  return Number(new RegExp(`^cmdstat_${command}:.*usec=(\\d+)`, "m").exec(info)?.[1]) / 1_000;
}

/** Creates a sorted set with this many members. */
async function fill(name: string, members: number): Promise<void> {
  const all = Array.from({ length: members }, (_, index) => [String(index), index.toString(36)]);
  for (let index = 0; index < members; index += 10_000)
    await admin.zadd(key(name), ...all.slice(index, index + 10_000).flat());
}

/** Sends the commands as one transaction. Resolves when it is done or when the server closes the connection. */
async function transaction(count: number, command: string, ...words: string[]): Promise<void> {
  const connection = attacker();
  const ended = once(connection, "end");
  const commands = connection.multi();
  for (let index = 0; index < count; index += 1) commands.call(command, ...words);
  await Promise.race([commands.exec(), ended]);
}

describe("an attacker with a tenant's Redis password", () => {
  it("may send no slow command of Redis' own list, except those with a bounded cost", async () => {
    const slow = new Set((await admin.call("ACL", "CAT", "slow")) as string[]);
    expect(redisCommands.filter((command) => slow.has(command)).sort()).toEqual([
      // Takes time per named key; another thread frees the memory.
      "del",
      // Takes time per queued command.
      "exec",
      // Writes one value, which the attacker has sent.
      "set",
      "subscribe",
      // Each of these removes the elements it visits.
      "zremrangebyrank",
      "zremrangebyscore",
    ]);
  });

  it.each([
    ["LREM", [key("large"), "0", "b"]],
    ["LRANGE", [key("large"), "0", "-1"]],
    ["ZRANGE", [key("large"), "-inf", "+inf", "BYSCORE", "LIMIT", "99999", "1"]],
    ["ZREVRANGE", [key("large"), "0", "-1"]],
    ["SMEMBERS", [key("large")]],
    ["HGETALL", [key("large")]],
    ["XRANGE", [key("large"), "-", "+"]],
    ["APPEND", [key("large"), "x"]],
  ])("is refused %s, because one EXEC of it could block all clients", async (command, words) => {
    await expect(attacker().call(command, ...words)).rejects.toThrow(
      `run the '${command.toLowerCase()}' command`,
    );
  });

  it.each([
    ["PING", []],
    ["TIME", []],
    ["ZCOUNT", [key("large"), "-inf", "50000"]],
    ["ZCARD", [key("large")]],
    ["ZSCORE", [key("large"), "zz"]],
    ["ZADD", [key("large"), "1", "zz"]],
    ["ZREM", [key("large"), "none"]],
    ["ZREMRANGEBYRANK", [key("large"), "900000", "-1"]],
    ["ZREMRANGEBYSCORE", [key("large"), "-2", "-1"]],
    ["EXPIRE", [key("large"), "100"]],
    ["GET", [key("value")]],
    ["SET", [key("value"), "x"]],
  ])("cannot block other clients with one EXEC of thousands of %s on a large key", async (command, words) => {
    await fill("large", 100_000);
    await admin.set(key("value"), Buffer.alloc(mebibyte - 1, "x"));
    const plain: number[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      plain.push(await standstill("exec", () => transaction(60_000, "PING")));
    // A walk through the key would take thousands of times as long.
    expect(await standstill("exec", () => transaction(60_000, command, ...words))).toBeLessThan(
      100 * Math.min(...plain),
    );
  });

  it("cannot block other clients by deleting the largest keys: another thread frees them", async () => {
    for (const name of ["a", "b", "c"]) await fill(name, 100_000);
    await admin.config("RESETSTAT");
    expect(await attacker().del(key("a"), key("b"), key("c"))).toBe(3);
    // Redis counts here only objects that its background thread has freed.
    const freed = async () => Number(/^lazyfreed_objects:(\d+)/m.exec(await admin.info("memory"))?.[1]);
    await eventually("the background thread has freed them", async () => (await freed()) >= 3);
  });

  const name = "n".repeat(mebibyte - 100);
  it.each([
    ["WATCH", [key(name)]],
    ["SUBSCRIBE", [key(name)]],
    ["PSUBSCRIBE", [key(name)]],
    ["CLIENT SETNAME", [name]],
    ["HELLO 3 SETNAME", [name]],
    ["GET", [name]],
    ["AUTH", [name, "x"]],
  ])("cannot store long names with %s, which are not counted", async (line, words) => {
    const [command = "", ...more] = line.split(" ");
    const before = await memory();
    const send = (index: number) => {
      const [first = "", ...rest] = words;
      return attacker()
        .call(command, ...more, first.slice(0, -4) + String(index).padStart(4, "0"), ...rest)
        .then(
          () => "carried out",
          (error: Error) => error.message,
        );
    };
    const answers = await Promise.all(Array.from({ length: 24 }, (_, index) => send(index)));
    expect(answers.filter((answer) => answer === "carried out")).toEqual([]);
    const after = await memory();
    expect(after.used - after.clients - (before.used - before.clients)).toBeLessThan(12 * mebibyte);
  });

  it("leaves its neighbours room for 64 MiB and more, even with unfinished commands", async () => {
    const value = Buffer.alloc(mebibyte - 1, "x");
    for (let index = 0; index < 64; index += 1) await admin.set(`t:neighbour1:${index}`, value);
    const unfinished = `*1000000\r\n$3\r\nDEL\r\n${"$1\r\na\r\n".repeat(900_000)}`;
    for (let index = 0; index < 6; index += 1) {
      const connection = attacker();
      await connection.ping();
      connection.stream.write(unfinished);
    }
    // Clients now exceed their memory limit, so the server closes the largest.
    await eventually("the server ends one", async () =>
      /^evicted_clients:[1-9]/m.test(await admin.info("stats")),
    );
    expect(await admin.set("t:neighbour1:session", "x")).toBe("OK");
  });
});
