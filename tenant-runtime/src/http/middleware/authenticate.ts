import type { RequestHandler } from "express";
import type { Authenticate } from "../../platform/access/authentication.ts";
import { AppError } from "../../platform/base/errors.ts";
import { header } from "../message/header.ts";
import { requestState } from "../route/request-state.ts";
import type { Route } from "../route/route.ts";

/** Lets only signed-in users through, and those with a one-time password only where they can change it. */
export function authenticate(route: Route, authenticate: Authenticate): RequestHandler {
  if (route.access === "public") return (_request, _response, next) => next();
  return async (request, response, next) => {
    const token = bearerToken(header(request, "authorization"));
    const principal = await authenticate(token, { safe: route.method === "get" });
    if (principal.mustChangePassword && route.duringPasswordChange !== true) {
      throw new AppError("PASSWORD_CHANGE_REQUIRED");
    }
    requestState(response).principal = principal;
    next();
  };
}

/** The token of an Authorization header; throws UNAUTHENTICATED when there is none. */
export function bearerToken(sent: string | undefined): string {
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(sent ?? "")?.[1];
  if (token !== undefined) return token;
  throw new AppError("UNAUTHENTICATED", { headers: { "WWW-Authenticate": "Bearer" } });
}
