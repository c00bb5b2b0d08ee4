import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** The longest time for a client that still sends to read its answer. */
const lingerMs = 5_000;

/**
 * Sends the last text and reads until the client closes too: a connection closed with unread bytes is reset, and
 * the client may lose the answer (RFC 9112, 9.6).
 */
export function endAndLinger(connection: Duplex, text = ""): void {
  const timer = setTimeout(() => connection.destroy(), lingerMs).unref();
  connection.once("close", () => clearTimeout(timer));
  connection.end(text);
}

/**
 * Reads the rest of a body for a moment when its request was answered before its end. A connection that stays open
 * then continues with the next request, or is closed if the body is too long.
 */
export function dropRests(server: Pick<Server, "prependListener">): void {
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    // Node.js closes a connection without keep-alive in its own listener, which it has added before.
    response.prependListener("finish", () => {
      if (!request.complete) dropRest(request, request.socket);
    });
  });
}

function dropRest(request: IncomingMessage, connection: Socket): void {
  const close = connection.destroySoon;
  connection.destroySoon = () => void connection.end();
  const late = setTimeout(() => connection.destroy(), lingerMs).unref();
  request.once("close", () => clearTimeout(late));
  request.once("end", () => {
    connection.destroySoon = close;
    if (connection.writableEnded) connection.destroySoon();
  });
  request.resume();
}
