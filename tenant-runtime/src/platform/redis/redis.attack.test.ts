import type { Redis as Client } from "ioredis";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../../../../harness/authority/authority.ts";
import { redisLogin, type Redis as Server, startRedis } from "../../../../harness/services/redis.ts";
import { administrator, anonymous, chosenPassword, type Staff } from "../../../test/testing/clients/staff.ts";
import { type RuntimeProcess, startRuntime } from "../../../test/testing/process/runtime-process.ts";
import {
  createRedisUser,
  createTestTenant,
  type TestTenant,
} from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";

let tenant: TestTenant;
let server: Server;
let client: Client;
let second: Client;
let runtime: RuntimeProcess;
let admin: Staff;
let writableDirectory: string;

// One server represents both services, so that both refuse the same commands.
beforeAll(async () => {
  tenant = await createTestTenant();
  server = await startRedis({
    role: "state",
    authority: await createAuthority("DotMac refusing Redis"),
    settings: { "enable-debug-command": "yes", "enable-protected-configs": "yes", appendonly: "no" },
  });
  [client, second] = [new Redis(redisLogin(server)), new Redis(redisLogin(server))];
  writableDirectory = (await client.config("GET", "dir"))[1] ?? "";
  await createRedisUser(server, tenant.id, tenant.password);
  const endpoint = { host: server.host, port: server.port };
  const redis = { ...tenant.tenantFile.redis, state: endpoint, cache: endpoint };
  runtime = await startRuntime(tenant, {
    async prepare(files) {
      await files.write("etc/tenant.json", { ...tenant.tenantFile, redis });
      await files.write("etc/ca/ca.crt", tenant.ca + server.authority.certificate);
    },
  });
  admin = await administrator(runtime, tenant);
});
afterAll(async () => {
  client?.disconnect();
  second?.disconnect();
  await runtime?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

interface Refusal {
  readonly answer: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
  /** Whether the sessions are still readable, so that changes are possible. */
  readonly sessionsAnswer?: boolean;
}

const user = () => `t_${tenant.id}`;
const isLoading = async () => (await client.info("persistence")).includes("\nloading:1");

const refusals: readonly Refusal[] = [
  {
    answer: "OOM",
    sessionsAnswer: true,
    begin: () => client.config("SET", "maxmemory", "1"),
    end: () => client.config("SET", "maxmemory", "64mb"),
  },
  {
    answer: "READONLY",
    begin: () => client.call("REPLICAOF", "127.0.0.1", "1"),
    end: () => client.call("REPLICAOF", "NO", "ONE"),
  },
  {
    answer: "MASTERDOWN",
    async begin() {
      await client.config("SET", "replica-serve-stale-data", "no");
      await client.call("REPLICAOF", "127.0.0.1", "1");
    },
    async end() {
      await client.call("REPLICAOF", "NO", "ONE");
      await client.config("SET", "replica-serve-stale-data", "yes");
    },
  },
  {
    answer: "NOREPLICAS",
    begin: () => client.config("SET", "min-replicas-to-write", "1"),
    end: () => client.config("SET", "min-replicas-to-write", "0"),
  },
  {
    answer: "MISCONF",
    async begin() {
      await client.config("SET", "save", "3600 1");
      await client.config("SET", "dir", "/proc");
      await client.bgsave();
      await until(
        () => client.info("persistence"),
        (info) => info.includes("rdb_last_bgsave_status:err"),
      );
    },
    async end() {
      await client.config("SET", "dir", writableDirectory);
      await client.config("SET", "save", "");
    },
  },
  {
    answer: "BUSY",
    async begin() {
      await client.config("SET", "busy-reply-threshold", "1");
      second.eval("while true do end", 0).catch(() => {});
      await until(
        () => client.ping().catch((error: Error) => error.message),
        (answer) => answer.startsWith("BUSY"),
      );
    },
    end: () => client.call("SCRIPT", "KILL"),
  },
  {
    answer: "LOADING",
    async begin() {
      const keys = Array.from({ length: 1_000 }, (_, index) => [`x:${index}`, "x".repeat(1_000)]);
      await client.mset(keys.flat());
      await client.config("SET", "loading-process-events-interval-bytes", "1024");
      await client.config("SET", "key-load-delay", "20000");
      second.call("DEBUG", "RELOAD").catch(() => {});
      await until(isLoading, Boolean);
    },
    async end() {
      await client.config("SET", "key-load-delay", "0");
      await until(isLoading, (loading) => !loading);
    },
  },
  {
    answer: "NOPERM",
    begin: () => client.call("ACL", "SETUSER", user(), "-@write"),
    end: () => createRedisUser(server, tenant.id, tenant.password),
  },
  {
    answer: "WRONGPASS",
    async begin() {
      await client.call("ACL", "SETUSER", user(), "resetpass", ">another");
      await client.call("CLIENT", "KILL", "USER", user());
    },
    async end() {
      await client.call("ACL", "SETUSER", user(), "resetpass");
      await createRedisUser(server, tenant.id, tenant.password);
    },
  },
  {
    answer: "max number of clients",
    async begin() {
      await client.config("SET", "maxclients", "2");
      await client.call("CLIENT", "KILL", "USER", user());
    },
    end: () => client.config("SET", "maxclients", "1000"),
  },
];

const logIn = () =>
  anonymous(runtime)("POST", "/auth/login", { email: "admin@north.example", password: chosenPassword });
const change = () => admin.call("POST", "/customers", { type: "person", name: "Ada" });
const outcome = async (answer: ReturnType<typeof logIn>) => {
  const { status, body } = await answer;
  return body?.error === undefined ? status : `${status} ${body.error.code}`;
};

describe.each(refusals)("Redis that answers $answer", ({ begin, end, sessionsAnswer = false }) => {
  it("stops only logins, and changes while sessions cannot be checked; all of them work again afterwards", async () => {
    expect(await outcome(logIn())).toBe(200);
    await begin();
    try {
      expect(await outcome(logIn())).toBe("503 STATE_UNAVAILABLE");
      await runtime.health(({ status, down }) => status === "degraded" && down.includes("state"));
      expect(await outcome(anonymous(runtime)("GET", "/openapi.json"))).toBe(200);
      expect(await outcome(admin.call("GET", "/customers"))).toBe(200);
      expect(await outcome(admin.call("GET", "/auth/me"))).toBe(200);
      expect(await outcome(change())).toBe(sessionsAnswer ? 201 : "503 STATE_UNAVAILABLE");
    } finally {
      await end();
    }
    await runtime.health(({ status }) => status === "healthy");
    expect(await outcome(logIn())).toBe(200);
    expect(await outcome(change())).toBe(201);
  });
});

it("a value that the runtime did not write is an internal error of the runtime", async () => {
  const { sid } = JSON.parse(Buffer.from(admin.accessToken.split(".")[1] ?? "", "base64url").toString());
  const key = `t:${tenant.id}:session:${sid}`;
  await client.del(key);
  await client.lpush(key, "no session");
  expect(await outcome(admin.call("GET", "/auth/me"))).toBe("500 INTERNAL");
});
