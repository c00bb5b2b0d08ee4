import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createAuthority } from "../../harness/authority/authority.ts";
import { startRelay } from "../../harness/services/network/relay.ts";
import { startPgBouncer } from "../../harness/services/pgbouncer.ts";
import type {} from "../../harness/services/vitest.ts";
import { startEgressWorld } from "../../operator/src/egress/testing/egress-world.ts";
import type { HealthReport } from "../src/run/management/health-report.ts";
import { signIn } from "./testing/clients/sign-in.ts";
import { startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

describe("Redis that is down when the runtime starts", () => {
  it("makes the runtime Degraded, and is used as soon as it is back", async () => {
    await using cache = await startRelay(inject("redisCache"));
    await using state = await startRelay(inject("redisState"));
    await Promise.all([cache.cut(), state.cut()]);
    const redis = {
      ...tenant.tenantFile.redis,
      cache: { host: "localhost", port: cache.port },
      state: { host: "localhost", port: state.port },
    };
    await using runtime = await startRuntime(tenant, {
      prepare: (files) => files.write("etc/tenant.json", { ...tenant.tenantFile, redis }),
    });

    const degraded = await runtime.health(({ status }) => status === "degraded");
    expect(degraded.down).toEqual(["cache", "state", "events"]);
    const failed = degraded.startup.phases.flatMap(({ steps }) => steps).filter(({ failure }) => failure);
    expect(failed.map(({ name, failure }) => [name, failure])).toEqual([
      ["cache", expect.stringContaining(`cannot connect to localhost:${cache.port}: connect ECONNREFUSED`)],
      ["sessions", expect.stringContaining(`localhost:${state.port}`)],
      ["event system", expect.stringContaining(`localhost:${cache.port}`)],
    ]);
    expect((await runtime.manage("/health/ready")).status).toBe(200);
    const login = { email: "admin@north.example", password: tenant.adminPassword };
    expect(await runtime.call("/api/v1/auth/login", { method: "POST", body: login })).toMatchObject({
      status: 503,
      body: { error: { code: "STATE_UNAVAILABLE" } },
    });

    await Promise.all([cache.mend(), state.mend()]);
    const healthy = await runtime.health(({ status }) => status === "healthy");
    expect(healthy.down).toEqual([]);
    const headers = await signIn(runtime, tenant);
    expect((await runtime.call("/api/v1/auth/me", { headers })).status).toBe(200);
  });
});

describe("Redis that goes down while the runtime serves", () => {
  it("makes the runtime Degraded, leaves reading possible, and is used again when it is back", async () => {
    await using fresh = await createTestTenant();
    await using state = await startRelay(inject("redisState"));
    const redis = { ...fresh.tenantFile.redis, state: { host: "localhost", port: state.port } };
    await using runtime = await startRuntime(fresh, {
      prepare: (files) => files.write("etc/tenant.json", { ...fresh.tenantFile, redis }),
    });
    await runtime.health(({ status }) => status === "healthy");
    const headers = await signIn(runtime, fresh);

    await state.cut();
    const degraded = await runtime.health(({ status }) => status === "degraded");
    expect(degraded.down).toEqual(["state"]);
    expect((await runtime.call("/api/v1/customers", { headers })).status).toBe(200);
    const logout = await runtime.call("/api/v1/auth/logout", { method: "POST", headers });
    expect(logout).toMatchObject({ status: 503, body: { error: { code: "STATE_UNAVAILABLE" } } });

    await state.mend();
    await runtime.health(({ status }) => status === "healthy");
    expect((await runtime.call("/api/v1/auth/logout", { method: "POST", headers })).status).toBe(204);
  });
});

describe("an egress proxy that is down when the runtime starts", () => {
  it("makes the runtime Degraded, which ends as soon as it is back", async () => {
    await using world = await startEgressWorld();
    const namespace = await world.createTenant("north");
    await using proxy = await world.startProxy();
    await using outage = await startRelay({ host: "localhost", port: proxy.port });
    await outage.cut();
    const egress = { host: "localhost", port: outage.port };
    await using runtime = await startRuntime(tenant, {
      async prepare(files) {
        await files.write("etc/tenant.json", { ...tenant.tenantFile, egress });
        await files.write("etc/ca/ca.crt", tenant.ca + world.authority.certificate);
        await files.write("run/egress/token", await world.token(namespace));
      },
    });
    const degraded = await runtime.health(({ status }) => status === "degraded");
    expect(degraded.down).toEqual(["external APIs"]);
    const ofProxy = ({ dependencies }: HealthReport) =>
      dependencies.find(({ name }) => name === "external APIs");
    expect(ofProxy(degraded)).toMatchObject({
      critical: false,
      reason: expect.stringContaining("ECONNREFUSED"),
      details: { proxy: `localhost:${outage.port}` },
    });
    expect((await runtime.manage("/health/ready")).status).toBe(200);

    await outage.mend();
    const healthy = await runtime.health(({ status }) => status === "healthy");
    expect(ofProxy(healthy)).toMatchObject({ up: true });
  });
});

describe("PostgreSQL that goes away while the runtime serves", () => {
  it("makes the runtime Unhealthy and not ready, with a clear 503, and Healthy again without a restart", async () => {
    await using fresh = await createTestTenant();
    const server = inject("postgres18");
    await using outage = await startRelay(server);
    await using pooler = await startPgBouncer(
      { ...server, port: outage.port },
      {
        authority: await createAuthority("DotMac pooler"),
        settings: { server_login_retry: "1", query_wait_timeout: "3" },
      },
    );
    await using runtime = await startRuntime(fresh, {
      prepare: async (files) => {
        await files.write("etc/ca/ca.crt", `${fresh.ca}${pooler.ca}`);
        const database = { ...fresh.tenantFile.database, port: pooler.port };
        await files.write("etc/tenant.json", { ...fresh.tenantFile, database });
      },
    });
    await runtime.health(({ status }) => status === "healthy");
    const headers = await signIn(runtime, fresh);

    await outage.cut();
    expect(await runtime.call("/api/v1/customers", { headers })).toMatchObject({
      status: 503,
      body: { error: { code: "DATABASE_UNAVAILABLE" } },
    });
    const unhealthy = await runtime.health(({ state }) => state === "Unhealthy");
    expect(unhealthy.down).toEqual(["database"]);
    expect((await runtime.manage("/health")).status).toBe(503);
    expect((await runtime.manage("/health/ready")).status).toBe(503);
    expect((await runtime.manage("/health/live")).status).toBe(200);

    await outage.mend();
    await runtime.health(({ status }) => status === "healthy");
    expect((await runtime.call("/api/v1/customers", { headers })).status).toBe(200);
    const states = runtime.lines.filter(({ message }) => message === "state").map((line) => line.state);
    expect(states).toEqual(["Initializing", "Ready", "Healthy", "Unhealthy", "Healthy"]);
  });
});
