import type { RequestHandler } from "express";
import type { Authenticate } from "../../../platform/access/authentication.ts";
import { AppError } from "../../../platform/base/errors.ts";
import type { Limiter } from "../../../platform/limits/limiter.ts";
import { header } from "../../message/header.ts";
import { requestState } from "../../route/request-state.ts";
import type { Route } from "../../route/route.ts";
import { countRefused } from "./limit.ts";

/** Admits only signed-in users. Users with a one-time password are admitted only to routes where they can change it. */
export function authenticate(route: Route, authenticate: Authenticate, limiter: Limiter): RequestHandler {
  if (route.access === "public") return (_request, _response, next) => next();
  return async (request, response, next) => {
    const principal = await countRefused(limiter, request.ip ?? "", async () => {
      const token = bearerToken(header(request, "authorization"));
      return authenticate(token, { safe: route.method === "get" });
    });
    if (principal.mustChangePassword && route.duringPasswordChange !== true) {
      throw new AppError("PASSWORD_CHANGE_REQUIRED");
    }
    requestState(response).principal = principal;
    next();
  };
}

/** Returns the token of an Authorization header. Throws UNAUTHENTICATED when there is none. */
export function bearerToken(sent: string | undefined): string {
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(sent ?? "")?.[1];
  if (token !== undefined) return token;
  throw new AppError("UNAUTHENTICATED");
}
