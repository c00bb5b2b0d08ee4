import { type RequestHandler, Router } from "express";
import type { Clock } from "../../../process/clock.ts";
import type { Authenticate, Permits } from "../platform/access/authentication.ts";
import type { Licence } from "../platform/access/licence.ts";
import { AppError } from "../platform/base/errors.ts";
import type { Idempotency } from "../platform/database/idempotency.ts";
import type { Limiter } from "../platform/limits/limiter.ts";
import { answer } from "./answer.ts";
import { authenticate } from "./middleware/access/authenticate.ts";
import { authorize } from "./middleware/access/authorize.ts";
import type { AllowsOrigin } from "./middleware/access/cross-origin.ts";
import { licence } from "./middleware/access/licence.ts";
import { limit } from "./middleware/access/limit.ts";
import { noForeignPage } from "./middleware/access/no-foreign-page.ts";
import { jsonBody } from "./middleware/body/json-body.ts";
import { ifMatch } from "./middleware/head/if-match.ts";
import { validate } from "./middleware/head/validate.ts";
import { isRepetition } from "./repetition.ts";
import { requestState } from "./route/request-state.ts";
import type { Route } from "./route/route.ts";

/** The parts that guard and serve every route. */
export interface Gates {
  readonly authenticate: Authenticate;
  readonly permits: Permits;
  readonly limiter: Limiter;
  readonly licence: Licence;
  readonly idempotency: Idempotency;
  readonly clock: Clock;
  readonly allowsOrigin: AllowsOrigin;
}

/**
 * Mounts the routes. A known path answers an unsupported method with 405 and the supported ones, and OPTIONS with
 * the supported ones.
 */
export function createRouter(routes: readonly Route[], gates: Gates): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const paths = [...Map.groupBy(routes, ({ path }) => path)];
  for (const [path, atPath] of paths.toSorted(([one], [other]) => literalsFirst(one, other))) {
    const place = router.route(expressPath(path));
    for (const route of atPath) place[route.method](...life(route, gates));
    place.all(methodNotAllowed(atPath));
  }
  return router;
}

/** Orders paths so that `/x/export` precedes `/x/{id}`, which matches it too. */
function literalsFirst(one: string, other: string): number {
  const [key, otherKey] = [one, other].map((path) => path.replaceAll(/\{\w+\}/g, "\uffff")) as [
    string,
    string,
  ];
  if (key === otherKey) return 0;
  return key < otherKey ? -1 : 1;
}

/** The handlers for a request of a known route, in order. */
function life(route: Route, gates: Gates): RequestHandler[] {
  return [
    named(route),
    authenticate(route, gates.authenticate, gates.limiter),
    noForeignPage(route, gates.allowsOrigin),
    limit(route, gates.limiter, (request, response) =>
      isRepetition(route, gates.idempotency, request, response),
    ),
    authorize(route, gates.permits),
    licence(route, gates.licence),
    jsonBody(route),
    validate(route),
    ifMatch(route),
    answer(route, gates),
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
  const allow = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].join(", ");
  return (request, response) => {
    requestState(response).route = routes[0]?.path ?? "unknown";
    if (request.method === "OPTIONS") return void response.status(204).set("Allow", allow).end();
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
