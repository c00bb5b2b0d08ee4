import type { ErrorRequestHandler } from "express";
import pg from "pg";
import type { Log, LogFields } from "../../../../../process/log.ts";
import { AppError } from "../../../platform/base/errors.ts";
import { errorBody } from "../../message/error-body.ts";
import { requestState } from "../../route/request-state.ts";
import { wrongAddress } from "../head/well-formed-address.ts";

/** Answers every thrown value with an error of the catalogue. An unexpected one is logged and answered as INTERNAL. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (thrown, _request, response, next) => {
    const state = requestState(response);
    const error = asAppError(thrown);
    state.errorCode = error.code;
    logFailure(log, error, state);
    if (response.headersSent) return next(thrown);
    response.status(error.status).set(error.headers).json(errorBody(error, state.requestId));
  };
}

/** Logs the cause of an error that the client did not cause. */
export function logFailure(
  log: Log,
  { status, code, cause }: AppError,
  { requestId, route }: { readonly requestId: string; readonly route: string },
): void {
  if (status < 500) return;
  const fields = { request_id: requestId, route, code, ...causeFields(cause) };
  log[code === "INTERNAL" ? "error" : "warn"]("A request failed.", fields);
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return isRoutersRefusal(thrown)
    ? wrongAddress("path", thrown)
    : new AppError("INTERNAL", { cause: thrown });
}

/** Whether the router refused the path because it cannot decode it. */
function isRoutersRefusal(thrown: unknown): boolean {
  const status = (thrown as { status?: number } | undefined)?.status;
  return thrown instanceof Error && status !== undefined && status >= 400 && status < 500;
}

/**
 * The fields of an unexpected error that may be logged. PostgreSQL's messages are left out, because they quote values.
 */
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
