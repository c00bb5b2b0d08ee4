import { rateLimitHeaders } from "../../http/message/rate-limit-headers.ts";
import type { RequestContext } from "../../http/route/route.ts";
import { AppError } from "../../platform/base/errors.ts";
import type { Limiter, LimitName } from "../../platform/limits/limiter.ts";

/** Counts a request against a limit that applies to only some requests of its operation. Throws RATE_LIMITED. */
export async function countAgainst(
  limiter: Limiter,
  limit: LimitName,
  { principal, clientAddress }: RequestContext,
): Promise<void> {
  const decision = await limiter.take(limit, { userId: principal?.userId, clientAddress });
  if (!decision.allowed) throw new AppError("RATE_LIMITED", { headers: rateLimitHeaders(decision) });
}
