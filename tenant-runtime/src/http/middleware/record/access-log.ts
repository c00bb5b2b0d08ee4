import type { ServerResponse } from "node:http";
import type { RequestHandler, Response } from "express";
import type { Clock } from "../../../../../process/clock.ts";
import type { AppError } from "../../../platform/base/errors.ts";
import { requestState } from "../../route/request-state.ts";
import type { RecordRequest } from "./request-record.ts";

interface Refusal {
  readonly error: AppError;
  readonly reason: string | undefined;
}

/** The refusals that the server sent without a response object. */
const refusals = new WeakMap<ServerResponse, Refusal>();

/** Records each request when its response has ended, under its route template. */
export function accessLog(record: RecordRequest, clock: Clock): RequestHandler {
  return (request, response, next) => {
    const started = clock.monotonic();
    response.once("close", () => {
      const { requestId, route, principal } = requestState(response);
      const { method } = request;
      const ms = clock.monotonic() - started;
      record({ requestId, method, route, ms, userId: principal?.userId, ...resultOf(response) });
    });
    next();
  };
}

/** Adds a refusal that was sent without the response object to the record of its request. */
export function refusedInPlace(response: ServerResponse, refusal: Refusal): void {
  refusals.set(response, refusal);
}

function resultOf(response: Response) {
  const refusal = refusals.get(response);
  if (refusal !== undefined) {
    const { error, reason } = refusal;
    return { status: error.status, code: error.code, reason };
  }
  const status = response.writableFinished ? response.statusCode : 499;
  return { status, code: requestState(response).errorCode };
}
