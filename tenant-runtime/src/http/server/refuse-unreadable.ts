import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, type PlatformErrorCode } from "../../platform/base/errors.ts";
import { bareAnswer } from "../message/bare-answer.ts";
import { allMethods } from "../message/methods.ts";
import { refusedInPlace } from "../middleware/record/access-log.ts";
import { requestIdOf } from "../middleware/record/request-id.ts";
import type { RecordRequest } from "../middleware/record/request-record.ts";
import type { Exchanges } from "./exchanges.ts";
import { endAndLinger } from "./linger.ts";

/** An error of the HTTP parser. */
interface ParserError extends Error {
  readonly code?: string;
  readonly reason?: string;
  /** The bytes in which the error is, and how many of them were read. */
  readonly rawPacket?: Buffer;
  readonly bytesParsed?: number;
}

/**
 * Sends an error of the catalogue for bytes that never become a request: too long headers, invalid HTTP, an
 * incomplete request. Earlier answers on the connection are completed first; then it is closed.
 */
export function refuseUnreadable(server: Server, exchanges: Exchanges, record: RecordRequest): void {
  const refused = new WeakSet<Duplex>();
  server.on("clientError", (fault: ParserError, connection) => {
    // The parser fails again with every further byte.
    if (refused.has(connection)) return;
    refused.add(connection);
    void exchanges.answered(connection).then(() => refuse(fault, connection));
  });

  server.on("connect", (request, connection) => {
    connection.on("error", () => connection.destroy());
    void exchanges.answered(connection).then(() => refuseTunnel(request, connection));
  });

  function refuse(fault: ParserError, connection: Duplex): void {
    const unfinished = exchanges.unfinished(connection);
    if (!connection.writable) connection.destroy();
    else if (unfinished?.headersSent === true) endAfter(unfinished, connection);
    else explain(fault, connection, unfinished);
  }

  /** Answers the fault. The record of a begun request is written when its response closes. */
  function explain(fault: ParserError, connection: Duplex, unfinished: ServerResponse | undefined): void {
    const requestId = String(unfinished?.getHeader("X-Request-Id") ?? randomUUID());
    const error = refusalOf(fault);
    if (unfinished === undefined) recordBare("unknown", requestId, error, fault.code);
    else refusedInPlace(unfinished, { error, reason: fault.code });
    endAndLinger(connection, bareAnswer(error, requestId));
  }

  function refuseTunnel(request: IncomingMessage, connection: Duplex): void {
    const requestId = requestIdOf(request);
    const error = noTunnel();
    recordBare("CONNECT", requestId, error);
    endAndLinger(connection, bareAnswer(error, requestId));
  }

  function recordBare(method: string, requestId: string, { status, code }: AppError, reason?: string): void {
    record({ requestId, method, route: "unknown", status, code, reason });
  }
}

function noTunnel(): AppError {
  const details = [{ field: "method", message: `write one of ${allMethods}, not CONNECT` }];
  return new AppError("METHOD_NOT_ALLOWED", { details, headers: { Allow: allMethods } });
}

/**
 * Closes a connection whose request was answered before it ended. A partial answer stays partial, so that no client
 * reads it as complete.
 */
function endAfter(response: ServerResponse, connection: Duplex): void {
  if (response.writableEnded) endAndLinger(connection);
  else connection.destroy();
}

function refusalOf(fault: ParserError): AppError {
  const [code, field, message] = whatIsWrong(fault);
  return new AppError(code, { details: [{ field, message }], cause: fault });
}

/** The error for the codes that Node.js documents for `clientError`, and for those of its parser. */
function whatIsWrong(fault: ParserError): [PlatformErrorCode, field: string, message: string] {
  const { code, reason } = fault;
  const asInStandard = `write HTTP/1.1 as in RFC 9112: ${reason ?? "it is broken"}`;
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return ["HEADERS_TOO_LARGE", "headers", "write at most 16 KiB of address and headers together"];
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return ["BODY_TOO_LARGE", "body", "leave out the extensions of chunks"];
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return [
        "REQUEST_TIMED_OUT",
        "request",
        "send the headers within 10 s and the body within 30 s, a longer CSV with at least 32 KiB a second",
      ];
    case "HPE_INVALID_VERSION":
      // The parser has one code for another version, and for the right one before a lone LF.
      if (/CRLF/.test(reason ?? "")) return ["INVALID_REQUEST", "request", "end each line by CR and LF"];
      return ["HTTP_VERSION_NOT_SUPPORTED", "request", "speak HTTP/1.1"];
    case "HPE_PAUSED_H2_UPGRADE":
      return ["HTTP_VERSION_NOT_SUPPORTED", "request", "speak HTTP/1.1"];
    case "HPE_INVALID_METHOD":
      if (!isRequestLine(fault)) return ["INVALID_REQUEST", "request", asInStandard];
      return ["NOT_IMPLEMENTED", "method", `write one of ${allMethods}`];
    case "HPE_INVALID_EOF_STATE":
      return ["INVALID_REQUEST", "request", "send all of it before the connection ends"];
    default:
      return ["INVALID_REQUEST", "request", asInStandard];
  }
}

/** Whether the parser stopped in a request line that is whole, at a method that it does not know. */
function isRequestLine({ rawPacket, bytesParsed = 0 }: ParserError): boolean {
  const text = rawPacket?.toString("latin1") ?? "";
  const start = text.slice(0, bytesParsed).lastIndexOf("\n") + 1;
  return /^[\w!#$%&'*+.^`|~-]+ \S+ HTTP\/1\.[01]\r\n/.test(text.slice(start));
}
