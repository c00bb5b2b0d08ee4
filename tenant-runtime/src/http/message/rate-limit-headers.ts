import type { LimitDecision } from "../../platform/limits/limiter.ts";

/** The headers that report a limit to a client, with Retry-After when the request is refused. */
export function rateLimitHeaders({ allowed, limit, remaining, resetSeconds }: LimitDecision) {
  const headers: Record<string, string> = {
    "RateLimit-Limit": String(limit),
    "RateLimit-Remaining": String(remaining),
    "RateLimit-Reset": String(resetSeconds),
  };
  if (!allowed) headers["Retry-After"] = String(resetSeconds);
  return headers;
}
