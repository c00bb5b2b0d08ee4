import express, { type Express } from "express";
import helmet from "helmet";
import type { Clock } from "../../../process/clock.ts";
import type { Log } from "../../../process/log.ts";
import { AppError } from "../platform/base/errors.ts";
import { apiRoot } from "./message/api-root.ts";
import { webSocketPath } from "./message/web-socket-address.ts";
import { type AllowsOrigin, crossOrigin } from "./middleware/access/cross-origin.ts";
import { hostAndExpect } from "./middleware/head/host-and-expect.ts";
import { knownMethod } from "./middleware/head/known-method.ts";
import { webSocketOnly } from "./middleware/head/web-socket-only.ts";
import { wellFormedAddress } from "./middleware/head/well-formed-address.ts";
import { accessLog } from "./middleware/record/access-log.ts";
import { errorHandler } from "./middleware/record/error-handler.ts";
import { requestId } from "./middleware/record/request-id.ts";
import type { RecordRequest } from "./middleware/record/request-record.ts";
import type { Route } from "./route/route.ts";
import { createRouter, type Gates } from "./router.ts";
import type { InFlight } from "./server/in-flight.ts";

export interface AppOptions {
  readonly record: RecordRequest;
  readonly clock: Clock;
  readonly inFlight: InFlight;
  readonly allowsOrigin: AllowsOrigin;
}

/** Creates the app with the middleware that runs for every request before its route is known. */
export function createApp({ record, clock, inFlight, allowsOrigin }: AppOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.enable("case sensitive routing");
  // Only the gateway reaches this port, and it appends the client's address to X-Forwarded-For as the last one.
  app.set("trust proxy", 1);
  app.set("query parser", "simple");
  app.use(
    requestId,
    inFlight.track,
    accessLog(record, clock),
    helmet(),
    noStore,
    crossOrigin(allowsOrigin),
    hostAndExpect,
    knownMethod,
    wellFormedAddress,
  );
  return app;
}

/** Adds the API, and an answer for every unknown address and every error. */
export function mountApi(app: Express, routes: readonly Route[], gates: Gates, log: Log): void {
  app.use(apiRoot, createRouter(routes, gates));
  app.all(webSocketPath, webSocketOnly);
  app.use(({ path }) => {
    const slash = path.length > 1 && path.endsWith("/") ? "leave out the slash at the end, or " : "";
    const message = `${slash}write an address of ${apiRoot}/openapi.json`;
    throw new AppError("ROUTE_NOT_FOUND", { details: [{ in: "path", field: "path", message }] });
  });
  app.use(errorHandler(log));
}

const noStore: express.RequestHandler = (_request, response, next) => {
  response.setHeader("Cache-Control", "no-store");
  next();
};
