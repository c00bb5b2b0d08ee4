import { once } from "node:events";
import type { Server } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../authority/authority.ts";
import { until } from "../machine/until.ts";
import { startTestGateway, type TestGateway } from "./testing/start-gateway.ts";

const [trusted, impostor, absent] = ["north.example.test", "south.example.test", "east.example.test"];
const minutes = 60_000;

let gateway: TestGateway;

/** Needs root to give a process its own hosts file and to listen on port 443. */
describe.runIf(process.getuid?.() === 0)("the gateway", { timeout: minutes }, () => {
  beforeAll(async () => {
    const signer = await createAuthority("Another");
    gateway = await startTestGateway([
      { host: trusted, address: "127.77.0.1", id: "k3v7q2mzxa", setUp },
      { host: impostor, address: "127.77.0.2", id: "k3v7q2mzxb", setUp, signer },
      { host: absent, address: "127.77.0.5", id: "k3v7q2mzxe" },
    ]);
    await until("the routes to be known", async () =>
      (await gateway.get(trusted)).status === 200 ? true : undefined,
    );
  }, 40 * minutes);

  afterAll(() => gateway?.[Symbol.asyncDispose]());

  it("routes a host to its Service over verified TLS, with the host and the client's address", async () => {
    const { status, body } = await gateway.get(trusted, { "x-forwarded-for": "198.51.100.7" });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ host: trusted, forwardedFor: "198.51.100.7, 127.0.0.1" });
  });

  it("does not forward headers of one connection", async () => {
    const { headers } = await gateway.get(trusted);
    expect(headers["x-answer"]).toBe("kept");
    expect(headers).not.toHaveProperty("connection");
    expect(headers).not.toHaveProperty("keep-alive");
    expect(headers).not.toHaveProperty("upgrade");
  });

  it("forwards nothing to a backend with a certificate of another authority", async () => {
    expect((await gateway.get(impostor)).status).toBeGreaterThanOrEqual(500);
  });

  it("answers 503 in the form of the API's errors where no pod serves, upgrades included", async () => {
    const { status, headers, body } = await gateway.get(absent, { "x-request-id": "of-the-client" });
    expect([status, headers["content-type"]]).toEqual([503, "application/json; charset=utf-8"]);
    expect(JSON.parse(body)).toEqual({
      error: {
        code: "PROVIDER_UNAVAILABLE",
        message: expect.stringContaining("suspended"),
        details: [],
        request_id: "of-the-client",
      },
    });
    expect(headers["retry-after"]).toBe("5");
    expect(JSON.parse((await gateway.get(absent)).body).error.request_id).toMatch(
      /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    const socket = await gateway.upgrade(absent);
    const [head] = await once(socket, "data");
    expect(String(head)).toMatch(/^HTTP\/1.1 503 /);
    socket.destroy();
  });

  it("knows no other host", async () => {
    const west = "west.example.test";
    expect((await gateway.get(trusted, { ":authority": west })).status).toBe(404);
    await expect(gateway.get(west)).rejects.toThrow("unrecognized name");
  });

  it.each(["North.Example.Test", "NORTH.EXAMPLE.TEST"])("recognises a host as %s", async (host) => {
    const { status, body } = await gateway.get(host);
    expect(status).toBe(200);
    expect(JSON.parse(body).host).toBe(trusted);
  });

  it("forwards both directions of a WebSocket, and the head of its answer in one piece", async () => {
    const socket = await gateway.upgrade(trusted);
    const [head] = await once(socket, "data");
    expect(String(head)).toMatch(/^HTTP\/1.1 101 /);
    expect(String(head).toLowerCase()).toContain("\r\nx-answer: 127.0.0.1\r\n");
    expect(String(head).endsWith("\r\n\r\n")).toBe(true);
    socket.write("hello");
    expect(String((await once(socket, "data"))[0])).toBe("hello");
    socket.destroy();
  });

  it("ends without an error at SIGTERM, and has logged no failure before", async () => {
    expect(await gateway.terminate()).toEqual([0, null]);
    expect(gateway.log()).toContain("route settings applied");
    expect(gateway.log()).not.toContain("panic");
  });
});

function setUp(backend: Server): void {
  backend.on("request", ({ headers }, response) => {
    response.setHeader("x-answer", "kept");
    response.setHeader("upgrade", "websocket");
    response.end(JSON.stringify({ host: headers.host, forwardedFor: headers["x-forwarded-for"] }));
  });
  backend.on("upgrade", ({ headers }, socket) => {
    const head = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
    socket.on("error", () => {});
    socket.write([...head, `X-Answer: ${headers["x-forwarded-for"]}`, "", ""].join("\r\n"));
    socket.pipe(socket);
  });
}
