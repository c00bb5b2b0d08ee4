import type { RequestHandler } from "express";
import type { Permits } from "../../../platform/access/authentication.ts";
import { AppError } from "../../../platform/base/errors.ts";
import { requestState } from "../../route/request-state.ts";
import type { Route } from "../../route/route.ts";

/** Admits users with the route's permission. */
export function authorize({ access }: Route, permits: Permits): RequestHandler {
  return (_request, response, next) => {
    const { principal } = requestState(response);
    if (typeof access === "object" && (principal === undefined || !permits(principal, access.permission))) {
      const message = `needs the permission ${access.permission}`;
      throw new AppError("FORBIDDEN", { details: [{ field: "user", message }] });
    }
    next();
  };
}
