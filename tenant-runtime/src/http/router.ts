import { type RequestHandler, Router } from "express";
import type { Clock } from "../../../process/clock.ts";
import type { Authenticate, Permits } from "../platform/access/authentication.ts";
import type { Licence } from "../platform/access/licence.ts";
import { AppError } from "../platform/base/errors.ts";
import type { Idempotency } from "../platform/database/idempotency.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import { answer } from "./answer.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { authorize } from "./middleware/authorize.ts";
import { ifMatch } from "./middleware/if-match.ts";
import { jsonBody } from "./middleware/json-body.ts";
import { licence } from "./middleware/licence.ts";
import { limit } from "./middleware/limit.ts";
import { validate } from "./middleware/validate.ts";
import { requestState } from "./route/request-state.ts";
import type { Route } from "./route/route.ts";

/** What every route is guarded and carried out with. */
export interface Gates {
  readonly authenticate: Authenticate;
  readonly permits: Permits;
  readonly limiter: Limiter;
  readonly licence: Licence;
  readonly idempotency: Idempotency;
  readonly clock: Clock;
}

/** Mounts the routes; a known path answers a method it does not have with 405 and what it has. */
export function createRouter(routes: readonly Route[], gates: Gates): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const [path, atPath] of Map.groupBy(routes, ({ path }) => path)) {
    const place = router.route(expressPath(path));
    for (const route of atPath) place[route.method](...life(route, gates));
    place.all(methodNotAllowed(atPath));
  }
  return router;
}

/** The life of a request after its route is known. */
function life(route: Route, gates: Gates): RequestHandler[] {
  return [
    named(route),
    authenticate(route, gates.authenticate),
    limit(route, gates.limiter),
    authorize(route, gates.permits),
    licence(route, gates.licence),
    jsonBody(route),
    validate(route),
    ifMatch(route),
    answer(route, gates.idempotency, gates.clock),
  ];
}

function named({ path }: Route): RequestHandler {
  return (_request, response, next) => {
    requestState(response).route = path;
    next();
  };
}

function methodNotAllowed(routes: readonly Route[]): RequestHandler {
  const methods = routes.map(({ method }) => method.toUpperCase());
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ");
  return (request, response) => {
    requestState(response).route = routes[0]?.path ?? "unknown";
    const message = `write one of ${allow}, not ${request.method}`;
    throw new AppError("METHOD_NOT_ALLOWED", {
      details: [{ field: "method", message }],
      headers: { Allow: allow },
    });
  };
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}
