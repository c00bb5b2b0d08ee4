import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { answersIn, openRaw } from "./testing/clients/raw-connection.ts";
import { signIn } from "./testing/clients/sign-in.ts";
import { agent, anonymous } from "./testing/clients/staff.ts";
import { openWebSocket } from "./testing/clients/web-socket-client.ts";
import { nudge, recordEvents } from "./testing/database/record-events.ts";
import { topics } from "./testing/inputs/catalogue.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let session: { Authorization: string };
beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  await runtime.health(({ status }) => status === "healthy");
  session = await signIn(runtime, tenant);
});
afterAll(async () => {
  await runtime[Symbol.asyncDispose]();
  await tenant[Symbol.asyncDispose]();
});

const open = (headers: object, protocols: string[] = []) => openWebSocket(runtime, headers, protocols);

const good = `${upgrade()}${version(13)}${key("AAAAAAAAAAAAAAAAAAAAAA==")}`;

describe("a WebSocket", () => {
  it("receives the events of the topics it follows, of its tenant, and no others", async () => {
    await using other = await createTestTenant();
    using client = await open(session);
    client.say({ type: "subscribe", topics: ["customers"] });
    expect(await client.hear()).toMatchObject({ type: "subscribed", topics: ["customers"] });
    await recordEvents(other, "customer", ["of another tenant"]);
    await nudge(other);
    await recordEvents(tenant, "user", ["of another topic"]);
    await recordEvents(tenant, "customer", ["7"]);
    await nudge(tenant);
    expect(await client.hear()).toEqual({
      type: "event",
      sequence: expect.any(Number),
      topic: "customers",
      event: {
        id: expect.any(String),
        type: "customer.changed",
        entity: { type: "customer", id: "7" },
        occurredAt: expect.stringMatching(/^\d{4}-.*Z$/),
        data: {},
      },
    });
  });

  it("receives no more events of a topic that it has left", async () => {
    using client = await open(session);
    using other = await open(session);
    for (const { say, hear } of [client, other]) {
      say({ type: "subscribe", topics: ["customers"] });
      await hear();
    }
    client.say({ type: "unsubscribe", topics: ["customers"] });
    expect(await client.hear()).toMatchObject({ type: "subscribed", topics: [] });
    await recordEvents(tenant, "customer", ["8"]);
    await nudge(tenant);
    const { sequence } = await other.hear();
    client.say({ type: "subscribe", topics: ["customers"] });
    expect(await client.hear()).toEqual({ type: "subscribed", topics: ["customers"], sequence });
  });

  it("can send its token as a subprotocol, as browsers must", async () => {
    const token = session.Authorization.replace("Bearer ", "");
    using client = await open({}, ["dotmac.v1", `bearer.${token}`]);
    expect(client.socket.protocol).toBe("dotmac.v1");
  });

  it("of an administrator receives the events of users; that of an agent may not", async () => {
    using client = await open(session);
    client.say({ type: "subscribe", topics: ["users"] });
    expect(await client.hear()).toMatchObject({ type: "subscribed", topics: ["users"] });
    const call = (method: string, path: string, body?: unknown) =>
      anonymous(runtime)(method, path, body, session);
    const clerk = await agent(runtime, { call }, "clerk@north.example");
    expect(await client.hear()).toMatchObject({
      type: "event",
      topic: "users",
      event: { type: "user.created", entity: { type: "user", id: clerk.userId } },
    });
    using other = await open({ Authorization: `Bearer ${clerk.accessToken}` });
    other.say({ type: "subscribe", topics: ["users"] });
    expect(await other.hear()).toMatchObject({ error: { code: "FORBIDDEN" } });
    other.say({ type: "subscribe", topics: ["users", "secrets"] });
    const messages = [
      "users: needs the permission users:manage",
      `secrets: no such topic: write one of ${topics.names.join(", ")}`,
    ];
    expect(await other.hear()).toMatchObject({
      error: {
        code: "VALIDATION_ERROR",
        details: messages.map((message) => ({ in: "message", field: "topics", message })),
      },
    });
  });

  it.each([
    [
      "a topic that does not exist",
      { type: "subscribe", topics: ["secrets"] },
      ["VALIDATION_ERROR", "topics", `secrets: no such topic: write one of ${topics.names.join(", ")}`],
    ],
    [
      "an unknown kind of message",
      { type: "shout" },
      ["VALIDATION_ERROR", "type", 'write one of "subscribe", "unsubscribe"'],
    ],
    [
      "no kind of message",
      { typ: "subscribe" },
      ["VALIDATION_ERROR", "type", 'is required: write one of "subscribe", "unsubscribe"'],
    ],
    [
      "no topics",
      { type: "subscribe", topics: [] },
      ["VALIDATION_ERROR", "topics", "write at least 1 entry"],
    ],
    [
      "a key twice",
      '{"type":"shout","type":"subscribe","topics":["customers"]}',
      ["VALIDATION_ERROR", "type", "write it once"],
    ],
    ["something that is no JSON", "hello", ["MALFORMED_JSON", "message", "write one JSON object"]],
  ])("that sends %s gets an error and stays open", async (_what, message, [code, field, advice]) => {
    using client = await open(session);
    client.say(message);
    const details = [{ in: "message", field, message: advice }];
    expect(await client.hear()).toMatchObject({ type: "error", error: { code, details } });
    client.say({ type: "subscribe", topics: ["customers"] });
    expect(await client.hear()).toMatchObject({ type: "subscribed" });
  });

  it("that sends too much at once is closed", async () => {
    using client = await open(session);
    client.say("x".repeat(20_000));
    expect((await once(client.socket, "close"))[0]).toBe(1009);
  });

  it.each([
    ["without Upgrade", "", 426, "UPGRADE_REQUIRED", "Upgrade"],
    ["that upgrades to something else", upgrade("h2c"), 426, "UPGRADE_REQUIRED", "Upgrade"],
    ["without a version", upgrade(), 426, "UPGRADE_REQUIRED", "Sec-WebSocket-Version"],
    ["of version 8", `${upgrade()}${version(8)}`, 426, "UPGRADE_REQUIRED", "Sec-WebSocket-Version"],
    ["without a key", `${upgrade()}${version(13)}`, 400, "INVALID_REQUEST", "Sec-WebSocket-Key"],
    [
      "with a short key",
      `${upgrade()}${version(13)}${key("c2hvcnQ=")}`,
      400,
      "INVALID_REQUEST",
      "Sec-WebSocket-Key",
    ],
    [
      "with unreadable subprotocols",
      `${good}Sec-WebSocket-Protocol: a,,b\r\n`,
      400,
      "INVALID_REQUEST",
      "Sec-WebSocket-Protocol",
    ],
  ])("%s is refused with the common error envelope", async (_what, lines, status, code, field) => {
    using connection = await openRaw(runtime);
    const start = `GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${session.Authorization}\r\n`;
    connection.send(`${start}X-Request-Id: handshake-1\r\n${lines || "Connection: close\r\n"}\r\n`);
    const [answer] = answersIn(await connection.whole);
    expect([answer?.status, answer?.headers["x-request-id"]]).toEqual([status, "handshake-1"]);
    expect(JSON.parse(answer?.body ?? "").error).toMatchObject({
      code,
      request_id: "handshake-1",
      details: [{ in: "header", field }],
    });
    expect(
      await runtime.line(
        ({ request_id, status: logged }) => request_id === "handshake-1" && logged === status,
      ),
    ).toMatchObject({ message: "request", method: "GET", route: "/ws", code });
    if (status !== 426) return;
    expect(answer?.headers).toMatchObject({ upgrade: "websocket", "sec-websocket-version": "13" });
    expect(answer?.headers.connection).toBe("Upgrade, close");
  });

  it("is logged and counted when it opens and when it is refused", async () => {
    const count = async (status: number) => {
      const { body } = await runtime.manage<string>("/metrics");
      const series = `dotmac_http_requests_total{method="GET",route="/ws",status="${status}"}`;
      return Number(new RegExp(`^${series} (\\d+)$`, "m").exec(body)?.[1] ?? 0);
    };
    const before = [await count(101), await count(401)];
    using _client = await open({ ...session, "X-Request-Id": "handshake-2" });
    using connection = await openRaw(runtime);
    connection.send(`GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: handshake-3\r\n${good}\r\n`);
    await connection.whole;
    const line = (id: string) => runtime.line(({ request_id }) => request_id === id);
    expect(await line("handshake-2")).toMatchObject({
      route: "/ws",
      status: 101,
      user_id: expect.any(String),
      ms: expect.any(Number),
    });
    expect(await line("handshake-3")).toMatchObject({ route: "/ws", status: 401, code: "UNAUTHENTICATED" });
    expect([await count(101), await count(401)]).toEqual(before.map((number) => number + 1));
  });

  it.each([
    ["POST", ""],
    ["POST", good],
  ])("by %s is answered that only GET opens it", async (method, lines) => {
    using connection = await openRaw(runtime);
    connection.send(
      `${method} /api/v1/ws HTTP/1.1\r\nHost: localhost\r\n${lines || "Connection: close\r\n"}\r\n`,
    );
    expect(answersIn(await connection.whole)).toMatchObject([
      { status: 405, headers: { allow: "GET, OPTIONS" } },
    ]);
  });

  it.each([
    ["without a token", {}, "/api/v1/ws", 401],
    ["with an unknown token", { Authorization: "Bearer a.b.c" }, "/api/v1/ws", 401],
    ["at another address", {}, "/api/v1/other", 404],
  ])("%s is refused before it opens", async (_what, headers, path, status) => {
    const address = `wss://localhost:${await runtime.port("api")}${path}`;
    const socket = new WebSocket(address, { ca: runtime.authority.certificate, headers });
    const [error] = await once(socket, "error").catch((thrown: Error) => [thrown]);
    expect(String(error)).toContain(`Unexpected server response: ${status}`);
  });
});

function upgrade(protocol = "websocket"): string {
  return `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`;
}

function version(number: number): string {
  return `Sec-WebSocket-Version: ${number}\r\n`;
}

function key(text: string): string {
  return `Sec-WebSocket-Key: ${text}\r\n`;
}
