import type { ErrorRequestHandler } from "express";
import pg from "pg";
import type { Log, LogFields } from "../../../../process/log.ts";
import { AppError, type PlatformErrorCode } from "../../platform/base/errors.ts";
import { errorBody } from "../message/error-body.ts";
import { requestState } from "../route/request-state.ts";

/** Answers with an error of the catalogue whatever was thrown; what nobody expected is logged and INTERNAL. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    const state = requestState(response);
    const error = asAppError(thrown);
    state.errorCode = error.code;
    if (error.status >= 500) {
      log[error.code === "INTERNAL" ? "error" : "warn"]("A request failed.", {
        request_id: state.requestId,
        route: state.route,
        code: error.code,
        ...causeFields(error.cause),
      });
    }
    if (response.headersSent) return next(thrown);
    response.status(error.status).set(error.headers).json(errorBody(error, state.requestId));
  };
}

interface ParserError extends Error {
  readonly type: string;
  readonly status: number;
}

// The body parser's and the router's own errors, by their documented `type`.
const parserErrors: Readonly<Record<string, PlatformErrorCode>> = {
  "entity.parse.failed": "MALFORMED_JSON",
  "entity.too.large": "BODY_TOO_LARGE",
  "encoding.unsupported": "UNSUPPORTED_MEDIA_TYPE",
  "charset.unsupported": "UNSUPPORTED_MEDIA_TYPE",
};

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!isClientFault(thrown)) return new AppError("INTERNAL", { cause: thrown });
  const code = parserErrors[thrown.type] ?? "INVALID_REQUEST";
  const part = thrown.type === undefined ? "path" : "body";
  return new AppError(code, {
    details: [{ in: part, field: part, message: whatToWrite(code, thrown) }],
    cause: thrown,
  });
}

function isClientFault(thrown: unknown): thrown is ParserError {
  const status = (thrown as Partial<ParserError> | undefined)?.status;
  return thrown instanceof Error && status !== undefined && status >= 400 && status < 500;
}

function whatToWrite(code: PlatformErrorCode, { message }: ParserError): string {
  switch (code) {
    case "MALFORMED_JSON":
      return `write one JSON object: ${message}`;
    case "BODY_TOO_LARGE":
      return "send less than 256 KiB at once";
    case "UNSUPPORTED_MEDIA_TYPE":
      return "write UTF-8, compressed with gzip or br or not at all";
    default:
      return "write the address percent-encoded as in RFC 3986";
  }
}

/** What the log may know of an unexpected error. PostgreSQL's messages quote values, so they stay out. */
function causeFields(cause: unknown): LogFields {
  if (cause instanceof pg.DatabaseError) {
    const { code, schema, table, column, constraint, routine } = cause;
    return { sqlstate: code, schema, table, column, constraint, routine, stack: framesOf(cause) };
  }
  if (!(cause instanceof Error)) return { cause: typeof cause };
  return { cause: cause.message, stack: framesOf(cause) };
}

function framesOf({ stack = "" }: Error): string {
  return stack
    .split("\n")
    .filter((line) => line.startsWith("    at "))
    .map((line) => line.trim())
    .join(" | ");
}
