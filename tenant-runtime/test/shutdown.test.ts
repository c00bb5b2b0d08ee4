import { once } from "node:events";
import { Agent } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { signIn } from "./testing/clients/sign-in.ts";
import { blockUsers } from "./testing/database/blocked-table.ts";
import { probeMain } from "./testing/probe/probe-main-path.ts";
import { type JsonAnswer, jsonRequest } from "./testing/process/json-request.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";
import { until } from "./testing/process/until.ts";

let tenant: TestTenant;
beforeAll(async () => {
  tenant = await createTestTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

function released(runtime: RuntimeProcess): unknown[] {
  return runtime.lines.filter(({ message }) => message === "released").map(({ what }) => what);
}

const state = (name: string) => (line: { message: string; state?: unknown }) =>
  line.message === "state" && line.state === name;

describe("SIGTERM", () => {
  it("with 200 requests in flight fails none, refuses new ones and exits 0", async () => {
    await using runtime = await startRuntime(tenant, { main: probeMain });
    await runtime.line(state("Healthy"));
    await using table = await blockUsers(tenant);
    const agent = new Agent({ keepAlive: true, maxSockets: 200 });
    const address = `https://localhost:${await runtime.port("api")}/api/v1/probe/blocked`;
    const ask = () => jsonRequest(address, { ca: runtime.authority.certificate, agent });
    const before = Array.from({ length: 150 }, ask);
    // The server has all requests: five have a connection, the others wait for one.
    await until(() => runtime.manage<string>("/metrics"), waiting(145));

    runtime.signal("SIGTERM");
    await runtime.line(state("ShuttingDown"));
    const during = Array.from({ length: 50 }, ask);
    await until(() => runtime.manage<string>("/metrics"), waiting(195));
    expect((await runtime.manage("/health/ready")).status).toBe(503);
    expect((await runtime.manage("/health/live")).status).toBe(200);

    await runtime.line(({ what }) => what === "listener");
    await expect(jsonRequest(address, { ca: runtime.authority.certificate })).rejects.toThrow("ECONNREFUSED");
    await table.release();
    const answers: JsonAnswer<unknown>[] = await Promise.all([...before, ...during]);

    expect(answers.map(({ status }) => status)).toEqual(Array(200).fill(200));
    expect(new Set(answers.map(({ headers }) => headers.connection))).toEqual(new Set(["close"]));
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
    expect(runtime.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("closes in order: lame duck, listener, WebSockets with 1012, requests, workers, Redis, PostgreSQL", async () => {
    await using runtime = await startRuntime(tenant);
    const headers = await signIn(runtime, tenant);
    const socket = new WebSocket(`wss://localhost:${await runtime.port("api")}/api/v1/ws`, {
      ca: runtime.authority.certificate,
      headers,
    });
    await once(socket, "open");
    const closed = once(socket, "close");
    runtime.signal("SIGTERM");
    expect((await closed)[0]).toBe(1012);
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
    expect(released(runtime)).toEqual([
      "lame duck",
      "listener",
      "WebSockets",
      "requests",
      "dependency checks",
      "workers",
      "Redis events",
      "refused attempts",
      "password hashing",
      "Redis state",
      "Vault",
      "Redis cache",
      "PostgreSQL",
      "management",
    ]);
    const states = runtime.lines.filter(({ message }) => message === "state").map((line) => line.state);
    expect(states.slice(-2)).toEqual(["ShuttingDown", "Exited"]);
  });

  it("ends requests after their grace time, logs their number, and still exits 0", async () => {
    await using runtime = await startRuntime(tenant, {
      main: probeMain,
      prepare: (files) =>
        files.write("etc/tenant.json", {
          ...tenant.tenantFile,
          shutdown: { lameDuckSeconds: 0, requestGraceSeconds: 1 },
        }),
    });
    await runtime.line(state("Healthy"));
    await using table = await blockUsers(tenant);
    const stuck = runtime.call("/api/v1/probe/blocked").catch((error: Error) => error.message);
    await until(
      () => runtime.manage<string>("/metrics"),
      ({ body }) => /^dotmac_database_connections_open [1-9]/m.test(body),
    );
    runtime.signal("SIGTERM");
    await runtime.line(({ message, requests }) => message === "requests were cut off" && requests === 1);
    expect(await stuck).toMatch(/socket hang up|ECONNRESET/);
    await table.release();
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
  });

  it("is obeyed while the runtime still starts", async () => {
    await using table = await blockUsers(tenant);
    await using runtime = await startRuntime(tenant);
    await runtime.line(({ message, phase }) => message === "a phase is done" && phase === "infrastructure");
    runtime.signal("SIGTERM");
    await runtime.line(state("ShuttingDown"));
    await table.release();
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
    expect(runtime.lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("is logged as being in progress when it comes a second time", async () => {
    await using runtime = await startRuntime(tenant);
    await runtime.line(state("Healthy"));
    runtime.signal("SIGTERM");
    await runtime.line(state("ShuttingDown"));
    runtime.signal("SIGTERM");
    await runtime.line(({ message }) => message === "shutting down already");
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
  });
});

describe("SIGINT", () => {
  const patient = { lameDuckSeconds: 600, requestGraceSeconds: 600 };
  const start = () =>
    startRuntime(tenant, {
      main: probeMain,
      prepare: (files) => files.write("etc/tenant.json", { ...tenant.tenantFile, shutdown: patient }),
    });

  it("ends the lame duck of a shutdown in progress", async () => {
    await using runtime = await start();
    await runtime.line(state("Healthy"));
    runtime.signal("SIGTERM");
    await runtime.line(state("ShuttingDown"));
    runtime.signal("SIGINT");
    expect(await runtime.exited).toEqual({ code: 0, signal: null });
  });

  it("shuts down without a lame duck, and a second one ends the process", async () => {
    await using runtime = await start();
    await runtime.line(state("Healthy"));
    await using table = await blockUsers(tenant);
    const stuck = runtime.call("/api/v1/probe/blocked").catch((error: Error) => error.message);
    await until(
      () => runtime.manage<string>("/metrics"),
      ({ body }) => /^dotmac_database_connections_open [1-9]/m.test(body),
    );
    runtime.signal("SIGINT");
    await runtime.line(({ what }) => what === "WebSockets");
    runtime.signal("SIGINT");
    expect(await runtime.exited).toEqual({ code: 130, signal: null });
    expect(await stuck).toMatch(/socket hang up|ECONNRESET/);
    await table.release();
  });
});

function waiting(requests: number) {
  return ({ body }: JsonAnswer<string>) => body.includes(`\ndotmac_database_requests_waiting ${requests}\n`);
}
