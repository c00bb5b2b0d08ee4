import type { Request, Response } from "express";
import type { Mark } from "../platform/database/idempotency.ts";
import { header } from "./message/header.ts";
import { parseIfMatch } from "./middleware/if-match.ts";
import { requestState } from "./route/request-state.ts";
import type { RequestContext } from "./route/route.ts";

/** What a handler may know of its request; `mark` spends the request's Idempotency-Key. */
export function requestContext(request: Request, response: Response, mark: Mark): RequestContext {
  const { requestId, principal } = requestState(response);
  return {
    requestId,
    principal,
    clientAddress: request.ip ?? "",
    self: request.originalUrl,
    ifMatch: parseIfMatch(header(request, "if-match")),
    mark,
  };
}
