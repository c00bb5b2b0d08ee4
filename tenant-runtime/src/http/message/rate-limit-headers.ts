import type { LimitDecision } from "../../platform/limits/limiter.ts";

/** What a client is told of a limit; with Retry-After when the request is refused. */
export function rateLimitHeaders({ allowed, limit, remaining, resetSeconds }: LimitDecision) {
  const headers: Record<string, string> = {
    "RateLimit-Limit": String(limit),
    "RateLimit-Remaining": String(remaining),
    "RateLimit-Reset": String(resetSeconds),
  };
  if (!allowed) headers["Retry-After"] = String(resetSeconds);
  return headers;
}
