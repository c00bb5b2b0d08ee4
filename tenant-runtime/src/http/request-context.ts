import { parseCookie } from "cookie";
import type { Request, Response } from "express";
import { header } from "./message/header.ts";
import { parseIfMatch } from "./middleware/if-match.ts";
import { requestState } from "./route/request-state.ts";
import type { RequestContext } from "./route/route.ts";

/** What a handler may know of its request. */
export function requestContext(request: Request, response: Response): RequestContext {
  const { requestId, principal } = requestState(response);
  return {
    requestId,
    principal,
    clientAddress: request.ip ?? "",
    self: request.originalUrl,
    ifMatch: parseIfMatch(header(request, "if-match")),
    cookie: (name) => parseCookie(header(request, "cookie") ?? "")[name],
    header: (name) => header(request, name),
  };
}
