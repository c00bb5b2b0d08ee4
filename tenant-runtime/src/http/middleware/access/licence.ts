import type { RequestHandler } from "express";
import type { Licence } from "../../../platform/access/licence.ts";
import type { Route } from "../../route/route.ts";

const uses: Readonly<Record<string, "read" | "delete">> = { get: "read", delete: "delete" };

/** Admits requests that the tenant's licence covers. An expiry or a suspension never stops reading. */
export function licence({ module, method }: Route, licence: Licence): RequestHandler {
  if (module === undefined) return (_request, _response, next) => next();
  return async (_request, _response, next) => {
    await licence.require(module, uses[method] ?? "write");
    next();
  };
}
