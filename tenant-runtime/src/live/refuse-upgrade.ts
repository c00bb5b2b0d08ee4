import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { errorBody } from "../http/message/error-body.ts";
import type { AppError } from "../platform/base/errors.ts";

/** Answers an upgrade request like any other that fails, and ends the connection. */
export function refuseUpgrade(socket: Duplex, error: AppError, requestId: string): void {
  const body = JSON.stringify(errorBody(error, requestId));
  const headers = {
    ...error.headers,
    Connection: "close",
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    "X-Request-Id": requestId,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, "", body].join("\r\n"));
}
