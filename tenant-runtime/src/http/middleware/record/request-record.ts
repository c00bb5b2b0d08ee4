import type { Log } from "../../../../../process/log.ts";
import { tenths } from "../../../platform/base/tenths.ts";
import type { Metrics } from "../../../platform/telemetry/metrics.ts";

/** One answered request. It contains no address, query or body, because these may be personal data. */
export interface AnsweredRequest {
  readonly requestId: string;
  /** `unknown` if it could not be read. */
  readonly method: string;
  /** The route's template, or `unknown`. */
  readonly route: string;
  readonly status: number;
  /** Absent if the beginning is unknown. */
  readonly ms?: number;
  /** The code of the error, from the catalogue. */
  readonly code?: string | undefined;
  /** The parser's code for unreadable bytes. */
  readonly reason?: string | undefined;
  readonly userId?: string | undefined;
}

/** Writes one log line and one measurement for a request. */
export type RecordRequest = (answered: AnsweredRequest) => void;

/** Records every request, also those without a response object of Node.js. */
export function recordRequests({
  log,
  metrics,
}: {
  readonly log: Log;
  readonly metrics: Metrics;
}): RecordRequest {
  return ({ requestId, method, route, status, ms, code, reason, userId }) => {
    metrics.requests.inc({ method, route, status });
    if (ms !== undefined) metrics.requestSeconds.observe({ method, route }, ms / 1000);
    if (code !== undefined) metrics.requestErrors.inc({ route, code });
    const fields = {
      request_id: requestId,
      method,
      route,
      status,
      ...(ms !== undefined && { ms: tenths(ms) }),
      ...(code !== undefined && { code }),
      ...(reason !== undefined && { reason }),
      ...(userId !== undefined && { user_id: userId }),
    };
    log.info("request", fields);
  };
}
