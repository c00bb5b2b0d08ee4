import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { answersIn } from "../../../test/testing/clients/raw-connection.ts";
import { dropRests } from "./linger.ts";

// More than the buffers of a loopback connection hold.
const long = "x".repeat(16 << 20);

let server: Server;
beforeEach(async () => {
  server = createServer((_request, response) => void response.writeHead(413).end("too long"));
  dropRests(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterEach(() => void server.close());

it.each(["close", "keep-alive"])(
  "a client that reads only after its whole body gets the early answer (%s)",
  async (kept) => {
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: ${kept}\r\nContent-Length: ${long.length}\r\n\r\n`;
    await new Promise<void>((resolve, reject) => {
      client.once("error", reject);
      client.write(head + long, () => resolve());
    });
    client.end();
    expect(answersIn(await text(client))).toMatchObject([{ status: 413, body: "too long" }]);
  },
);

it("the next request on the connection is answered too", async () => {
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const request = (connection: string, body: string) =>
    `POST / HTTP/1.1\r\nHost: x\r\nConnection: ${connection}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  client.write(request("keep-alive", long) + request("close", "x"));
  expect(answersIn(await text(client))).toMatchObject([{ status: 413 }, { status: 413 }]);
});
