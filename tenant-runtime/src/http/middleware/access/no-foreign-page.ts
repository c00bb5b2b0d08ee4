import type { RequestHandler } from "express";
import type { Route } from "../../route/route.ts";
import { requireJson } from "../body/json-body.ts";
import { type AllowsOrigin, requireAllowedOrigin } from "./cross-origin.ts";

/**
 * Refuses requests that a web page of another origin can send to a public command without a preflight. They count
 * against no limit: otherwise any page could use up the logins of its visitors' network.
 */
export function noForeignPage({ access, body }: Route, allows: AllowsOrigin): RequestHandler {
  if (access !== "public" || body === undefined) return (_request, _response, next) => next();
  return (request, _response, next) => {
    requireAllowedOrigin(request, allows);
    requireJson(request);
    next();
  };
}
