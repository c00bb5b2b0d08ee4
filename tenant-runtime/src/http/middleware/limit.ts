import type { RequestHandler } from "express";
import { AppError } from "../../platform/base/errors.ts";
import type { Limiter } from "../../platform/limits/limiter.ts";
import { rateLimitHeaders } from "../message/rate-limit-headers.ts";
import { requestState } from "../route/request-state.ts";
import type { Route } from "../route/route.ts";

/** Counts the request against each of the route's limits; tells the caller of the last one asked. */
export function limit({ limits }: Route, limiter: Limiter): RequestHandler {
  return async (request, response, next) => {
    const { principal } = requestState(response);
    const subject = { userId: principal?.userId, clientAddress: request.ip ?? "" };
    for (const name of limits) {
      const decision = await limiter.take(name, subject);
      const headers = rateLimitHeaders(decision);
      if (!decision.allowed) throw new AppError("RATE_LIMITED", { headers });
      response.set(headers);
    }
    next();
  };
}
