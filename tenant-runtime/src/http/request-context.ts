import type { Request, Response } from "express";
import type { Mark } from "../platform/database/idempotency.ts";
import { expectedVersion } from "./middleware/head/if-match.ts";
import { requestState } from "./route/request-state.ts";
import type { RequestContext } from "./route/route.ts";

/** The parts of a request that its handler may read. `mark` uses up the request's Idempotency-Key. */
export function requestContext(request: Request, response: Response, mark: Mark): RequestContext {
  const { requestId, principal } = requestState(response);
  return {
    requestId,
    principal,
    clientAddress: request.ip ?? "",
    self: request.originalUrl,
    ifMatch: expectedVersion(request),
    mark,
  };
}
