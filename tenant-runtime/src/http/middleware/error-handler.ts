import type { ErrorRequestHandler } from "express";
import pg from "pg";
import type { Log, LogFields } from "../../../../process/log.ts";
import { AppError } from "../../platform/base/errors.ts";
import { errorBody } from "../message/error-body.ts";
import { requestState } from "../route/request-state.ts";
import { wrongAddress } from "./well-formed-address.ts";

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

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return isRoutersRefusal(thrown)
    ? wrongAddress("path", thrown)
    : new AppError("INTERNAL", { cause: thrown });
}

/** The router refuses a path that it cannot decode. */
function isRoutersRefusal(thrown: unknown): boolean {
  const status = (thrown as { status?: number } | undefined)?.status;
  return thrown instanceof Error && status !== undefined && status >= 400 && status < 500;
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
