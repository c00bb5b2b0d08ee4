import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { WebSocket } from "ws";
import { withRedis } from "../../e2e/services/redis.ts";
import type {} from "../../e2e/services/vitest.ts";
import { type RuntimeProcess, startRuntime } from "./testing/runtime-process.ts";
import { signIn } from "./testing/sign-in.ts";
import { createTestTenant, type TestTenant } from "./testing/test-tenant.ts";

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

interface Message {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** An open socket and what it hears, in order. */
async function open(headers: object, protocols: string[] = [], path = "/api/v1/ws") {
  const address = `wss://localhost:${await runtime.port("api")}${path}`;
  const socket = new WebSocket(address, protocols, {
    ca: runtime.authority.certificate,
    headers: { ...headers },
  });
  const hear = hearing(socket);
  await once(socket, "open");
  return {
    socket,
    say: (message: unknown) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    hear,
    [Symbol.dispose]: () => socket.terminate(),
  };
}

/** Keeps what the socket hears from now on; each call gives the next, waiting for it if need be. */
function hearing(socket: WebSocket): () => Promise<Message> {
  const heard: Message[] = [];
  let arrived = () => {};
  socket.on("message", (data) => {
    heard.push(JSON.parse(String(data)));
    arrived();
  });
  return async () => {
    for (;;) {
      const next = heard.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
    }
  };
}

function publish(id: string, topic: string, event: object): Promise<unknown> {
  return withRedis(inject("redisCache"), (client) =>
    client.publish(`t:${id}:events`, JSON.stringify({ topic, event })),
  );
}

const event = { id: "1", type: "customer.created", data: { customerId: "7" } };

describe("a WebSocket", () => {
  it("hears the events of the topics it follows, of its tenant, and no others", async () => {
    using client = await open(session);
    client.say({ type: "subscribe", topics: ["customers"] });
    expect(await client.hear()).toEqual({ type: "subscribed", topics: ["customers"] });
    await publish("aaaaaaaaaa", "customers", { ...event, id: "of another tenant" });
    await publish(tenant.id, "users", { ...event, id: "of another topic" });
    await publish(tenant.id, "customers", event);
    expect(await client.hear()).toEqual({ type: "event", topic: "customers", event });
  });

  it("hears no more of a topic it has left", async () => {
    using client = await open(session);
    client.say({ type: "subscribe", topics: ["customers"] });
    client.say({ type: "unsubscribe", topics: ["customers"] });
    expect([await client.hear(), await client.hear()]).toEqual([
      { type: "subscribed", topics: ["customers"] },
      { type: "subscribed", topics: [] },
    ]);
    await publish(tenant.id, "customers", event);
    client.say({ type: "subscribe", topics: ["customers"] });
    expect(await client.hear()).toEqual({ type: "subscribed", topics: ["customers"] });
  });

  it("can show its token as a subprotocol, as browsers must", async () => {
    const token = session.Authorization.replace("Bearer ", "");
    using client = await open({}, ["dotmac.v1", `bearer.${token}`]);
    expect(client.socket.protocol).toBe("dotmac.v1");
  });

  it.each([
    ["a topic it may not read", { type: "subscribe", topics: ["secrets"] }, "FORBIDDEN"],
    ["an unknown kind of message", { type: "shout" }, "VALIDATION_FAILED"],
    ["no topics", { type: "subscribe", topics: [] }, "VALIDATION_FAILED"],
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
