import type { IncomingMessage } from "node:http";
import { onlyGet, upgradeRequired } from "../http/message/web-socket-address.ts";
import { refuseRepeated, requireHost } from "../http/middleware/head/host-and-expect.ts";
import { AppError } from "../platform/base/errors.ts";

/** Throws unless the request asks for a WebSocket as in RFC 6455, 4.2.1. */
export function requireHandshake(request: IncomingMessage): void {
  const { method, headers, httpVersion } = request;
  requireHost(request);
  refuseRepeated(request);
  if (httpVersion !== "1.1") {
    const details = [{ field: "request", message: "ask for a WebSocket by HTTP/1.1" }];
    throw new AppError("INVALID_REQUEST", { details });
  }
  if (method !== "GET") throw onlyGet(method);
  if (headers["sec-websocket-version"] !== "13") throw upgradeRequired("Sec-WebSocket-Version", "write 13");
  // 16 bytes in base64.
  if (/^[A-Za-z0-9+/]{22}==$/.test(headers["sec-websocket-key"] ?? "")) return;
  throw wrongHeader("Sec-WebSocket-Key", "write 16 random bytes in base64");
}

/** The error for a header of the handshake that the library cannot read. It names the header in its message. */
export function unreadableHandshake({ message }: Error): AppError {
  const [field = "Sec-WebSocket-Extensions"] = /Sec-WebSocket-\w+/.exec(message) ?? [];
  return wrongHeader(field, "write it as in RFC 6455, or leave it out");
}

function wrongHeader(field: string, message: string): AppError {
  return new AppError("INVALID_REQUEST", { details: [{ in: "header", field, message }] });
}
