import type { RequestHandler } from "express";
import { AppError } from "../../errors.ts";
import type { Permits } from "../authentication.ts";
import { requestState } from "../request-state.ts";
import type { Route } from "../route.ts";

/** Lets through who has the route's permission. */
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
