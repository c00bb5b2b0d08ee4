import { STATUS_CODES } from "node:http";
import type { AppError } from "../../platform/base/errors.ts";
import { errorBody } from "./error-body.ts";

/**
 * An error as the text of a whole answer, for a connection without a response object. The answer closes the
 * connection.
 */
export function bareAnswer(error: AppError, requestId: string): string {
  const body = JSON.stringify(errorBody(error, requestId));
  const headers = {
    Connection: "close",
    ...error.headers,
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(body)),
    Date: new Date().toUTCString(),
    "X-Content-Type-Options": "nosniff",
    "X-Request-Id": requestId,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, "", body].join("\r\n");
}
