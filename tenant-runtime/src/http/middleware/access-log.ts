import type { RequestHandler } from "express";
import type { Clock } from "../../../../process/clock.ts";
import type { Log } from "../../../../process/log.ts";
import type { Metrics } from "../../platform/telemetry/metrics.ts";
import { tenths } from "../../platform/tenths.ts";
import { requestState } from "../route/request-state.ts";

/** One log line and one measurement per request, by route template: no address, query or body. */
export function accessLog({
  log,
  metrics,
  clock,
}: {
  log: Log;
  metrics: Metrics;
  clock: Clock;
}): RequestHandler {
  return (request, response, next) => {
    const started = clock.monotonic();
    response.once("close", () => {
      const { requestId, route, principal, errorCode } = requestState(response);
      const ms = clock.monotonic() - started;
      const { method } = request;
      const status = response.writableFinished ? response.statusCode : 499;
      metrics.requests.inc({ method, route, status });
      metrics.requestSeconds.observe({ method, route }, ms / 1000);
      if (errorCode !== undefined) metrics.requestErrors.inc({ route, code: errorCode });
      log.info("request", {
        request_id: requestId,
        method,
        route,
        status,
        ms: tenths(ms),
        ...(errorCode === undefined ? {} : { code: errorCode }),
        ...(principal === undefined ? {} : { user_id: principal.userId }),
      });
    });
    next();
  };
}
