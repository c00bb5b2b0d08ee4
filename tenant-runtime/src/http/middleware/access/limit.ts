import type { Request, RequestHandler, Response } from "express";
import { AppError } from "../../../platform/base/errors.ts";
import type { Limiter, LimitName } from "../../../platform/limits/limiter.ts";
import { rateLimitHeaders } from "../../message/rate-limit-headers.ts";
import { requestState } from "../../route/request-state.ts";
import type { Route } from "../../route/route.ts";

/** Counts the request against each of the route's limits. */
export function limit(
  { limits, limitsOfFirst }: Route,
  limiter: Limiter,
  isRepetition: (request: Request, response: Response) => Promise<boolean>,
): RequestHandler {
  return async (request, response, next) => {
    await takeLimits(limits, limiter, request, response);
    if (limitsOfFirst !== undefined && !(await isRepetition(request, response)))
      await takeLimits(limitsOfFirst, limiter, request, response);
    next();
  };
}

/**
 * Calls `authenticate`. A refused or absent token counts against the client's address. Beyond the limit it throws
 * RATE_LIMITED instead of the refusal. The limit is separate, so it never affects valid tokens and logins.
 */
export async function countRefused<Admitted>(
  limiter: Limiter,
  clientAddress: string,
  authenticate: () => Promise<Admitted>,
): Promise<Admitted> {
  try {
    return await authenticate();
  } catch (error) {
    if (!(error instanceof AppError) || error.status !== 401) throw error;
    const decision = await limiter.take("unauthenticated", { userId: undefined, clientAddress });
    if (decision.allowed) throw error;
    throw new AppError("RATE_LIMITED", { headers: rateLimitHeaders(decision), cause: error });
  }
}

/** Counts the request against these limits, and reports the last checked one to the caller. Throws RATE_LIMITED. */
export async function takeLimits(
  limits: readonly LimitName[],
  limiter: Limiter,
  request: Request,
  response: Response,
): Promise<void> {
  const { principal } = requestState(response);
  const subject = { userId: principal?.userId, clientAddress: request.ip ?? "" };
  for (const name of limits) {
    const decision = await limiter.take(name, subject);
    const headers = rateLimitHeaders(decision);
    if (!decision.allowed) throw new AppError("RATE_LIMITED", { headers });
    response.set(headers);
  }
}
