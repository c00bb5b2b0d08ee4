import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { signIn } from "./testing/clients/sign-in.ts";
import { openWebSocket } from "./testing/clients/web-socket-client.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

const portal = "https://portal.north.example";
const atPort = "https://app.north.example:8443";
const foreign = [
  "https://portal.south.example",
  "https://portal.north.example.evil.example",
  "https://evilportal.north.example",
  "https://x.portal.north.example",
  "https://portal.north.example:8443",
  "https://app.north.example",
  "http://portal.north.example",
  "https://PORTAL.north.example",
  "https://portal.north.example/",
  "null",
  "*",
];

let tenant: TestTenant;
let runtime: RuntimeProcess;
let session: { Authorization: string };
beforeAll(async () => {
  const created = await createTestTenant();
  const { tenantFile } = created;
  const file = { ...tenantFile, tenant: { ...tenantFile.tenant, allowedOrigins: [portal, atPort] } };
  tenant = { ...created, tenantFile: file };
  runtime = await startRuntime(tenant);
  await runtime.health(({ status }) => status === "healthy");
  session = await signIn(runtime, tenant);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

const preflight = (Origin: string, path = "/api/v1/customers") =>
  runtime.call<{ error: { code: string; details: object[] } }>(path, {
    method: "OPTIONS",
    headers: {
      Origin,
      "Access-Control-Request-Method": "PATCH",
      "Access-Control-Request-Headers": "authorization",
    },
  });
const read = (Origin: string, headers: Record<string, string> = session) =>
  runtime.call("/api/v1/customers", { headers: { ...headers, Origin } });
const refusedUpgrade = async (Origin: string): Promise<number | undefined> => {
  const url = `wss://localhost:${await runtime.port("api")}/api/v1/ws`;
  const socket = new WebSocket(url, { ca: runtime.authority.certificate, headers: { ...session, Origin } });
  const [, response] = await once(socket, "unexpected-response");
  response.resume();
  return response.statusCode;
};

describe("a web page of an allowed origin", () => {
  it.each([portal, atPort])("%s gets a preflight before authentication and counting", async (origin) => {
    const { status, headers, body } = await preflight(origin);
    expect([status, body]).toEqual([204, ""]);
    expect(headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": expect.stringContaining("PATCH"),
      "access-control-allow-headers": expect.stringMatching(/Authorization.*Idempotency-Key.*If-Match/),
      "access-control-max-age": "7200",
      vary: "Origin",
    });
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(headers["ratelimit-limit"]).toBeUndefined();
  });

  it("can read answers, errors and the headers that it needs", async () => {
    for (const { status, headers } of [await read(portal), await read(portal, {})]) {
      expect([200, 401]).toContain(status);
      expect(headers).toMatchObject({ "access-control-allow-origin": portal, vary: "Origin" });
      expect(headers["access-control-expose-headers"]).toMatch(
        /ETag.*Location.*RateLimit-Limit.*Retry-After.*X-Request-Id/,
      );
    }
  });

  it("can open a WebSocket, as can a page of the API's own origin and a program without an origin", async () => {
    const own = `https://localhost:${await runtime.port("api")}`;
    for (const headers of [{ Origin: portal }, { Origin: own }, {}]) {
      using client = await openWebSocket(runtime, { ...session, ...headers });
      client.say({ type: "subscribe", topics: ["customers"] });
      expect(await client.hear()).toMatchObject({ type: "subscribed" });
    }
  });
});

describe("a web page of another origin", () => {
  it.each(foreign)("%s gets no preflight, no readable answer and no WebSocket", async (origin) => {
    const { status, headers, body } = await preflight(origin);
    expect([status, body.error.code]).toEqual([403, "ORIGIN_NOT_ALLOWED"]);
    expect(body.error.details).toMatchObject([{ in: "header", field: "Origin" }]);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    const answer = await read(origin);
    expect(answer.status).toBe(200);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.headers.vary).toBe("Origin");
    expect(await refusedUpgrade(origin)).toBe(403);
  });

  it("cannot use up the login limit of its visitors' address", async () => {
    const login = (headers: Record<string, string>, body?: string) =>
      runtime.call<{ error: { code: string } }>("/api/v1/auth/login", {
        method: "POST",
        headers: { "X-Forwarded-For": "198.51.100.7", ...headers },
        ...(body !== undefined && { body }),
      });
    const Origin = "https://evil.example";
    const text = { "Content-Type": "text/plain" };
    for (let count = 0; count < 10; count += 1) {
      expect((await login({ ...text, Origin }, "x")).status).toBe(403);
      expect((await login({ Origin })).status).toBe(403);
      expect((await login(text, "x")).status).toBe(415);
    }
    const own = await login(
      { "Content-Type": "application/json", Origin: portal },
      JSON.stringify({ email: "nobody@north.example", password: "wrong" }),
    );
    expect([own.status, own.body.error.code]).toEqual([401, "INVALID_CREDENTIALS"]);
  });

  it("gets no preflight of a tenant without allowed origins", async () => {
    const { tenantFile, ...rest } = tenant;
    const file = { ...tenantFile, tenant: { ...tenantFile.tenant, allowedOrigins: [] } };
    await using other = await startRuntime({ ...rest, tenantFile: file });
    const answer = await other.call("/api/v1/customers", {
      method: "OPTIONS",
      headers: { Origin: portal, "Access-Control-Request-Method": "GET" },
    });
    expect(answer.status).toBe(403);
  });
});
