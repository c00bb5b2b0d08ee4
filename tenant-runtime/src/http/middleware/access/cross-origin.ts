import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import { AppError } from "../../../platform/base/errors.ts";
import { header } from "../../message/header.ts";
import { allMethods } from "../../message/methods.ts";

/** Whether a web page of an origin other than the API's own may use the API. */
export type AllowsOrigin = (origin: string) => boolean;

/** Allows exactly these origins, compared as text. */
export function allowOrigins(origins: readonly string[]): AllowsOrigin {
  const allowed = new Set(origins);
  return (origin) => allowed.has(origin);
}

const preflightAnswer = {
  "Access-Control-Allow-Methods": allMethods,
  "Access-Control-Allow-Headers":
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id",
  // The longest time for which browsers cache the answer: two hours in Chromium.
  "Access-Control-Max-Age": "7200",
};

const exposedHeaders =
  "Allow, ETag, Idempotency-Replayed, Location, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, X-Request-Id";

/**
 * Lets web pages of the tenant's other origins read responses, and answers their preflights (Fetch standard, 3.2)
 * before authentication and limits. Cookies are not allowed: the page must send its token in Authorization.
 */
export function crossOrigin(allows: AllowsOrigin): RequestHandler {
  return (request, response, next) => {
    response.vary("Origin");
    const origin = header(request, "origin");
    const isAllowed = origin !== undefined && allows(origin);
    if (isAllowed) response.set("Access-Control-Allow-Origin", origin);
    if (isPreflight(request)) {
      if (!isAllowed) throw originNotAllowed(origin);
      return void response.status(204).set(preflightAnswer).end();
    }
    if (isAllowed) response.set("Access-Control-Expose-Headers", exposedHeaders);
    next();
  };
}

/** Throws ORIGIN_NOT_ALLOWED for a request of a web page whose origin is neither the API's own nor an allowed one. */
export function requireAllowedOrigin(request: IncomingMessage, allows: AllowsOrigin): void {
  const origin = header(request, "origin");
  if (origin === undefined || origin === `https://${header(request, "host")}` || allows(origin)) return;
  throw originNotAllowed(origin);
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return (
    method === "OPTIONS" &&
    headers.origin !== undefined &&
    headers["access-control-request-method"] !== undefined
  );
}

function originNotAllowed(origin: string | undefined): AppError {
  const message = `add ${JSON.stringify(origin)} to spec.allowedOrigins of the Tenant, if it is a page of yours`;
  return new AppError("ORIGIN_NOT_ALLOWED", { details: [{ in: "header", field: "Origin", message }] });
}
