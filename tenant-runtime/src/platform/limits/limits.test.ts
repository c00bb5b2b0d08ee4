import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Relay, startRelay } from "../../../../harness/services/network/relay.ts";
import { withRedis } from "../../../../harness/services/redis.ts";
import { answersIn, openRaw } from "../../../test/testing/clients/raw-connection.ts";
import { administrator, anonymous, chosenPassword, type Staff } from "../../../test/testing/clients/staff.ts";
import { type RuntimeProcess, startRuntime } from "../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";

const apiLimit = 40;
const searchLimit = 10;
const loginLimit = 7;
const bulkLimit = 1;
const uploadLimit = bulkLimit * 6;

let tenant: TestTenant;
let proxy: Relay;
let replicas: RuntimeProcess[];
let admin: Staff;

beforeAll(async () => {
  tenant = await createTestTenant();
  const { redis } = tenant.tenantFile;
  proxy = await startRelay(redis.state);
  const limits = {
    apiPerMinutePerUser: apiLimit,
    loginPerMinutePerIp: loginLimit,
    searchPerMinute: searchLimit,
    bulkPerHour: bulkLimit,
  };
  const state = { host: "localhost", port: proxy.port };
  const file = { ...tenant.tenantFile, limits, redis: { ...redis, state } };
  const options = {
    prepare: (files: { write(path: string, content: object): Promise<void> }) =>
      files.write("etc/tenant.json", file),
  };
  replicas = await Promise.all([startRuntime(tenant, options), startRuntime(tenant, options)]);
  admin = await administrator(replica(0), tenant);
  await forgetLimits();
});
afterAll(async () => {
  await Promise.all(replicas?.map((runtime) => runtime[Symbol.asyncDispose]()) ?? []);
  await proxy?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

function replica(number: number): RuntimeProcess {
  const runtime = replicas[number];
  if (runtime === undefined) throw new Error("there are two replicas");
  return runtime;
}

/** Simulates that a minute has passed: the windows of this tenant are empty again. */
async function forgetLimits(): Promise<void> {
  const addresses = ["127.0.0.1", ...[48, 56, 64].map((bits) => `0:0:0:0::/${bits}`)];
  const subjects = [
    `api:user:${admin.userId}`,
    "search:all",
    "bulk:all",
    `upload:user:${admin.userId}`,
    ...addresses.flatMap((at) => [`login:${at}`, `api:address:${at}`, `unauthenticated:${at}`]),
  ];
  await withRedis(inject("redisState"), (client) =>
    client.call("DEL", ...subjects.map((subject) => `t:${tenant.id}:limit:${subject}`)),
  );
}

const headers = () => ({ Authorization: `Bearer ${admin.accessToken}` });

/** Sends this many requests at once, half of them to each replica. */
async function burst(count: number, path: string) {
  return Promise.all(
    Array.from({ length: count }, (_, turn) =>
      anonymous(replica(turn % 2))("GET", path, undefined, headers()),
    ),
  );
}

describe("a limit", () => {
  it("admits exactly the stated number of requests over two replicas", async () => {
    await forgetLimits();
    const answers = await burst(apiLimit * 3, "/auth/me");
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(apiLimit);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(apiLimit * 2);
    for (const { headers: told, body } of refused) {
      expect(body.error.code).toBe("RATE_LIMITED");
      expect(told["ratelimit-limit"]).toBe(String(apiLimit));
      expect(told["ratelimit-remaining"]).toBe("0");
      expect(Number(told["retry-after"])).toBeGreaterThan(50);
      expect(Number(told["retry-after"])).toBeLessThanOrEqual(60);
    }
  });

  it("of searches counts for the whole provider, and does not count plain lists", async () => {
    await forgetLimits();
    const answers = await burst(searchLimit + 5, "/customers?search=moreau");
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(searchLimit);
    expect((await burst(2, "/customers")).map(({ status }) => status)).toEqual([200, 200]);
  });

  it("of logins holds for an address with any user names", async () => {
    await forgetLimits();
    const answers = await Promise.all(
      Array.from({ length: loginLimit * 2 }, (_, turn) =>
        anonymous(replica(turn % 2))("POST", "/auth/login", {
          email: `u${turn}@north.example`,
          password: "wrong",
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(loginLimit);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(loginLimit);
  });
});

describe("requests without a valid token", () => {
  const asStranger = (turn: number) => {
    const headers = turn % 2 === 0 ? {} : { Authorization: "Bearer a.b.c" };
    return anonymous(replica(turn % 2))("GET", "/auth/me", undefined, headers);
  };

  it("count against the limit of their address, as handshakes do, and do not block a valid token", async () => {
    await forgetLimits();
    const answers = await Promise.all(Array.from({ length: apiLimit * 2 }, (_, turn) => asStranger(turn)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(apiLimit);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(apiLimit);
    expect((await burst(2, "/auth/me")).map(({ status }) => status)).toEqual([200, 200]);
    const answer = await handshake();
    expect(answer).toMatchObject({ status: 429, headers: { "ratelimit-limit": String(apiLimit) } });
    expect(Number(answer?.headers["retry-after"])).toBeGreaterThan(0);
    await forgetLimits();
    expect(await handshake()).toMatchObject({ status: 401 });
  });

  async function handshake() {
    using connection = await openRaw(replica(0));
    connection.send(
      "GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    return answersIn(await connection.whole)[0];
  }
});

describe("tables that are refused", () => {
  it("count against the limit of uploads, and not against that of accepted tables", async () => {
    await forgetLimits();
    const send = (table: string) =>
      anonymous(replica(0))("POST", "/customers/imports", table, {
        ...headers(),
        "Content-Type": "text/csv",
      });
    const statuses: number[] = [];
    for (let sent = 0; sent < uploadLimit; sent += 1) statuses.push((await send("nonsense\nx\n")).status);
    expect(new Set(statuses)).toEqual(new Set([422]));
    const { status, body, headers: told } = await send("type,name\nperson,Ann\n");
    expect([status, body.error.code]).toEqual([429, "RATE_LIMITED"]);
    expect(told["ratelimit-limit"]).toBe(String(uploadLimit));
    expect(Number(told["retry-after"])).toBeGreaterThan(3_500);
    await forgetLimits();
    expect((await send("type,name\nperson,Ann\n")).status).toBe(202);
  });
});

describe("with the state store down", () => {
  beforeAll(async () => {
    await forgetLimits();
    await proxy.cut();
  });

  it("no user can log in", async () => {
    const answer = await anonymous(replica(0))("POST", "/auth/login", {
      email: "admin@north.example",
      password: chosenPassword,
    });
    expect([answer.status, answer.body.error.code]).toEqual([503, "STATE_UNAVAILABLE"]);
  });

  it("a user who is logged in can read, within a limit that each replica counts, and cannot change data", async () => {
    const answers = await burst(apiLimit * 4, "/auth/me");
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(apiLimit * 2);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(apiLimit * 2);
    const change = await anonymous(replica(0))(
      "POST",
      "/customers",
      { type: "person", name: "No" },
      headers(),
    );
    expect([change.status, change.body.error.code]).toEqual([503, "STATE_UNAVAILABLE"]);
    const foreign = await anonymous(replica(0))("GET", "/auth/me", undefined, {
      Authorization: "Bearer a.b.c",
    });
    expect(foreign.status).toBe(401);
  });

  it("all functions return with it, and the session too", async () => {
    await proxy.mend();
    const ask = () => anonymous(replica(0))("POST", "/auth/logout", undefined, headers());
    const answer = await until(ask, ({ status }) => status !== 503);
    expect(answer.status).toBe(204);
  });
});
