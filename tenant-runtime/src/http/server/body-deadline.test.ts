import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { answersIn } from "../../../test/testing/clients/raw-connection.ts";
import { allowSlowBody, boundBodies } from "./body-deadline.ts";
import { Exchanges } from "./exchanges.ts";
import { refuseUnreadable } from "./refuse-unreadable.ts";

const bounds = { patienceMs: 100, bytesPerSecond: 20 };

let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

async function start(): Promise<void> {
  server = createServer(async (request, response) => {
    if (request.url === "/slow") allowSlowBody(request);
    response.end(await text(request).catch(() => ""));
  });
  boundBodies(server, bounds);
  refuseUnreadable(server, new Exchanges(server), () => {});
  await once(server.listen(0, "127.0.0.1"), "listening");
}

/** Sends the head of a request, and the beginning of its body once the server has read the head. */
async function send(path: string, length: number, beginning: string) {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  sockets.push(socket);
  const whole = text(socket);
  const arrived = once(server, "request") as Promise<[IncomingMessage]>;
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`);
  await arrived;
  socket.write(beginning);
  return { socket, status: async () => answersIn(await whole)[0]?.status };
}

describe("a body that does not arrive in time", () => {
  it("ends with 408, even when a part of it has arrived", async () => {
    await start();
    const request = await send("/", 2_000, "x".repeat(1_000));
    expect(await request.status()).toBe(408);
  });

  it("may take longer on a route that allows it, while it arrives", async () => {
    await start();
    const slow = await send("/slow", 2_000, "x".repeat(1_000));
    // Its time has passed when that of a later request has.
    const other = await send("/", 2, "x");
    expect(await other.status()).toBe(408);
    slow.socket.write("x".repeat(1_000));
    expect(await slow.status()).toBe(200);
  });

  it("ends with 408 on such a route once nothing more arrives", async () => {
    await start();
    const request = await send("/slow", 2_000, "xx");
    expect(await request.status()).toBe(408);
  });

  it("does not disturb an earlier request on the same connection", async () => {
    await start();
    const [whole, late] = [await send("/", 1, "x"), await send("/", 2, "x")];
    expect(await whole.status()).toBe(200);
    expect(await late.status()).toBe(408);
  });
});
