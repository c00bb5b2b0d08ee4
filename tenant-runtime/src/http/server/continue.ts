import type { IncomingMessage, Server, ServerResponse } from "node:http";

/**
 * Sends `100 Continue` when a body is first read, so that a request that its head refuses gets the refusal alone
 * (RFC 9110, 10.1.1).
 */
export function continueWhenRead(server: Pick<Server, "on" | "emit">): void {
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
    const read = request._read;
    request._read = (size) => {
      request._read = read;
      // The rest of a body is also read after the answer, to be dropped.
      if (!response.headersSent) response.writeContinue();
      request._read(size);
    };
    server.emit("request", request, response);
  });
}
