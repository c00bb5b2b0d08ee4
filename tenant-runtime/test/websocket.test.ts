import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { nudge, recordEvents } from "./testing/record-events.ts";
import { type RuntimeProcess, startRuntime } from "./testing/runtime-process.ts";
import { signIn } from "./testing/sign-in.ts";
import { agent, anonymous } from "./testing/staff.ts";
import { createTestTenant, type TestTenant } from "./testing/test-tenant.ts";
import { openWebSocket } from "./testing/web-socket-client.ts";

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

describe("a WebSocket", () => {
  it("hears the events of the topics it follows, of its tenant, and no others", async () => {
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

  it("hears no more of a topic it has left", async () => {
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

  it("can show its token as a subprotocol, as browsers must", async () => {
    const token = session.Authorization.replace("Bearer ", "");
    using client = await open({}, ["dotmac.v1", `bearer.${token}`]);
    expect(client.socket.protocol).toBe("dotmac.v1");
  });

  it("of an administrator hears what happens to users; that of an agent may not", async () => {
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
    other.say({ type: "subscribe", topics: ["users", "secrets"] });
    const messages = [
      "users: needs the permission users:manage",
      "secrets: no such topic: write one of users, customers",
    ];
    expect(await other.hear()).toMatchObject({
      error: {
        code: "FORBIDDEN",
        details: messages.map((message) => ({ in: "message", field: "topics", message })),
      },
    });
  });

  it.each([
    ["a topic it may not read", { type: "subscribe", topics: ["secrets"] }, "FORBIDDEN"],
    ["an unknown kind of message", { type: "shout" }, "VALIDATION_ERROR"],
    ["no topics", { type: "subscribe", topics: [] }, "VALIDATION_ERROR"],
    ["something that is no JSON", "hello", "MALFORMED_JSON"],
  ])("that says %s is told so and stays open", async (_what, message, code) => {
    using client = await open(session);
    client.say(message);
    expect(await client.hear()).toMatchObject({ type: "error", error: { code } });
    client.say({ type: "subscribe", topics: ["customers"] });
    expect(await client.hear()).toMatchObject({ type: "subscribed" });
  });

  it("that says too much at once is closed", async () => {
    using client = await open(session);
    client.say("x".repeat(20_000));
    expect((await once(client.socket, "close"))[0]).toBe(1009);
  });

  it.each([
    ["without a token", {}, "/api/v1/ws", 401],
    ["with a token of no one", { Authorization: "Bearer a.b.c" }, "/api/v1/ws", 401],
    ["at another address", {}, "/api/v1/other", 404],
  ])("%s is refused before it opens", async (_what, headers, path, status) => {
    const address = `wss://localhost:${await runtime.port("api")}${path}`;
    const socket = new WebSocket(address, { ca: runtime.authority.certificate, headers });
    const [error] = await once(socket, "error").catch((thrown: Error) => [thrown]);
    expect(String(error)).toContain(`Unexpected server response: ${status}`);
  });
});
