import express, { type Express } from "express";
import helmet from "helmet";
import type { Clock } from "../../../process/clock.ts";
import type { Log } from "../../../process/log.ts";
import { AppError } from "../platform/base/errors.ts";
import type { Metrics } from "../platform/telemetry/metrics.ts";
import { accessLog } from "./middleware/access-log.ts";
import { errorHandler } from "./middleware/error-handler.ts";
import { requestId } from "./middleware/request-id.ts";
import { wellFormedAddress } from "./middleware/well-formed-address.ts";
import type { Route } from "./route/route.ts";
import { createRouter, type Gates } from "./router.ts";
import type { InFlight } from "./server/in-flight.ts";

export interface AppOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly inFlight: InFlight;
}

export const apiRoot = "/api/v1";

/** What every request passes before its route is known. */
export function createApp({ log, metrics, clock, inFlight }: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Only the gateway reaches this port: the last address of X-Forwarded-For is the one that it saw.
  app.set("trust proxy", 1);
  app.set("query parser", "simple");
  app.use(
    requestId,
    inFlight.track,
    accessLog({ log, metrics, clock }),
    helmet(),
    noStore,
    wellFormedAddress,
  );
  return app;
}

/** Adds the API, and an answer for every address and every error that is left. */
export function mountApi(app: Express, routes: readonly Route[], gates: Gates, log: Log): void {
  app.use(apiRoot, createRouter(routes, gates));
  app.use(() => {
    const message = `write an address of ${apiRoot}/openapi.json`;
    throw new AppError("ROUTE_NOT_FOUND", { details: [{ in: "path", field: "path", message }] });
  });
  app.use(errorHandler(log));
}

const noStore: express.RequestHandler = (_request, response, next) => {
  response.setHeader("Cache-Control", "no-store");
  next();
};
